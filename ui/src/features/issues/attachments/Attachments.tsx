import { useQueryClient } from "@tanstack/react-query";
import { Download, Plus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { keysOf } from "../../../actions/catalogue";
import { useActions } from "../../../actions/useActions";
import { call } from "../../../api/client";
import type { Attachment } from "../../../api/generated/bindings";
import { patch } from "../../../api/optimistic";
import { useCall } from "../../../api/queries";
import { IconButton } from "../../../design/Button";
import { ConfirmDialog } from "../../../design/Dialog";
import { ImageDialog, saveAttachment } from "../../../design/ImageDialog";
import { ErrorNotice } from "../../../design/States";
import { RelativeTime } from "../../../design/Time";
import { toastError } from "../../../design/toasts";
import { bytes } from "../../../lib/numbers";
import { authorName } from "../../../lib/words";
import { platform } from "../../../platform";
import { UploadList } from "../compose/UploadList";
import { isImage } from "../compose/uploads";
import type { Uploads } from "../compose/useUploads";
import style from "./Attachments.module.css";
import { FileIcon } from "./FileIcon";

interface AttachmentsProps {
  project: string;
  number: number;
  uploads: Uploads;
}

/** The files at an issue. */
export function Attachments({ project, number, uploads }: AttachmentsProps) {
  const client = useQueryClient();
  const { data: files, error } = useCall("attachment_list", { project, number });
  const [image, setImage] = useState<{ id: string; name: string } | null>(null);
  const [removing, setRemoving] = useState<Attachment | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  useActions({ "issue.attach": () => chooser.current?.click() });

  async function remove(file: Attachment) {
    setRemoving(null);
    const back = patch(client, "attachment_list", (list, args) =>
      args.project === project && args.number === number ? list.filter(({ id }) => id !== file.id) : list,
    );
    try {
      await call("attachment_remove", { id: file.id });
    } catch (refused) {
      back();
      toastError(`“${file.name}” was not removed`, refused);
    }
  }

  return (
    <section className={style.attachments} aria-label="Attachments">
      <div className={style.head}>
        <h3 className={style.heading}>Attachments</h3>
        <IconButton
          label="Attach files"
          keys={keysOf("issue.attach") ?? ""}
          size="small"
          onClick={() => chooser.current?.click()}
        >
          <Plus size={14} />
        </IconButton>
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            uploads.send([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
      </div>
      {error && !files && <ErrorNotice error={error} />}
      {files?.length === 0 && uploads.items.length === 0 && (
        <p className={style.none}>None yet. Drop files anywhere here.</p>
      )}
      {files && files.length > 0 && (
        <ul>
          {files.map((file) => (
            <li key={file.id} className={style.file}>
              <button
                type="button"
                className={style.open}
                onClick={() => (isImage(file) ? setImage(file) : saveAttachment(file.id))}
              >
                {isImage(file) ? (
                  <img
                    className={style.thumbnail}
                    src={platform().attachmentUrl(file.id)}
                    alt=""
                    loading="lazy"
                  />
                ) : (
                  <FileIcon type={file.media_type} />
                )}
                <span className={style.words}>
                  <span className="truncate" title={file.name}>
                    {file.name}
                  </span>
                  <span className={style.meta} title={`by ${authorName(file.created_by)}`}>
                    {bytes(file.size)} · <RelativeTime at={file.created_at} />
                  </span>
                </span>
              </button>
              <span className={style.actions}>
                <IconButton
                  label={`Save a copy of ${file.name}`}
                  size="small"
                  onClick={() => saveAttachment(file.id)}
                >
                  <Download size={14} />
                </IconButton>
                <IconButton label={`Remove ${file.name}`} size="small" onClick={() => setRemoving(file)}>
                  <Trash2 size={14} />
                </IconButton>
              </span>
            </li>
          ))}
        </ul>
      )}
      <UploadList items={uploads.items} />
      <ImageDialog image={image} onClose={() => setImage(null)} />
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove “${removing?.name ?? ""}”?`}
        confirm="Remove the file"
        danger
        onConfirm={() => removing && void remove(removing)}
      >
        The file goes from #{number}; texts that show it show its name instead. It cannot be restored.
      </ConfirmDialog>
    </section>
  );
}
