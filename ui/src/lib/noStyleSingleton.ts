/** Stands in for `react-style-singleton`, whose injected `<style>` the content security policy refuses. */
export function styleSingleton() {
  return function NoStyle() {
    return null;
  };
}
