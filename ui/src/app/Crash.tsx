import { Component, type ReactNode } from "react";
import { ErrorState } from "../design/States";

interface CrashState {
  error: unknown;
}

/** The last net: what no page caught. The data are safe with Waybill; only the drawing of them failed. */
export class Crash extends Component<{ children: ReactNode }, CrashState> {
  override state: CrashState = { error: null };

  static getDerivedStateFromError(error: unknown): CrashState {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <ErrorState
        title="This window stopped working"
        error={this.state.error}
        onRetry={() => location.reload()}
      />
    );
  }
}
