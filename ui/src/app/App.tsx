import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { TipLayer } from "../design/TipLayer";
import { Crash } from "./Crash";
import type { makeRouter } from "./router";

interface AppProps {
  client: QueryClient;
  router: ReturnType<typeof makeRouter>;
}

export function App({ client, router }: AppProps) {
  return (
    <Crash>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} context={{ client }} />
        <TipLayer />
      </QueryClientProvider>
    </Crash>
  );
}
