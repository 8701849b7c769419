import { useParams } from "@tanstack/react-router";

/** The project that the address names. Only for pages under `/p/$slug`. */
export function useSlug(): string {
  const slug = useOptionalSlug();
  if (slug === null) throw new Error("This page belongs to a project, and the address names none.");
  return slug;
}

export function useOptionalSlug(): string | null {
  const params: { slug?: string } = useParams({ strict: false });
  return params.slug ?? null;
}
