import { toast } from "@/design/toasts";
import { copyText } from "@/lib/clipboard";

/** Copies, and says so. */
export async function copyWithToast(text: string, said: string): Promise<void> {
  const copied = await copyText(text);
  toast({ title: copied ? said : "The clipboard could not be written" });
}
