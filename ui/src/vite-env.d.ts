import "react";

declare module "react" {
  interface CSSProperties {
    /** Custom properties are set through the style attribute's CSSOM. */
    [name: `--${string}`]: string | number | undefined;
  }
}
