/** The most characters that a todo holds (SPEC 3). */
export const CONTENT_MAX = 500;
