import { Download, Ellipsis, Trash2, Upload } from "lucide-react";
import { actionItem } from "../../../actions/ActionButton";
import { IconButton } from "../../../design/Button";
import { Menu } from "../../../design/Menu";

/** What concerns all issues of the project. */
export function PageMenu() {
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="More about the issues">
          <Ellipsis size={16} />
        </IconButton>
      }
      groups={[
        {
          items: [
            actionItem("issues.import", { title: "Import issues…", icon: <Download size={14} /> }),
            actionItem("issues.export", { title: "Export the project…", icon: <Upload size={14} /> }),
          ],
        },
        { items: [actionItem("go.trash", { title: "Recently removed", icon: <Trash2 size={14} /> })] },
      ]}
    />
  );
}
