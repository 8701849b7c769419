import { Download } from "lucide-react";
import { platform } from "../platform";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import style from "./ImageDialog.module.css";
import { toastError } from "./toasts";

interface ImageDialogProps {
  /** The attached picture; null: closed. */
  image: { id: string; name: string } | null;
  onClose: () => void;
}

/** An attached picture, as large as there is room. */
export function ImageDialog({ image, onClose }: ImageDialogProps) {
  return (
    <Dialog
      open={image !== null}
      onClose={onClose}
      large
      title={image?.name || "Picture"}
      foot={
        image && (
          <Button icon={<Download size={14} aria-hidden />} onClick={() => saveAttachment(image.id)}>
            Save a copy
          </Button>
        )
      }
    >
      {image && <img className={style.image} src={platform().attachmentUrl(image.id)} alt={image.name} />}
    </Dialog>
  );
}

/** Lets the user keep an attachment; says when that did not work. */
export function saveAttachment(id: string): void {
  platform()
    .saveAttachment(id)
    .catch((error: unknown) => toastError("The file was not saved", error));
}
