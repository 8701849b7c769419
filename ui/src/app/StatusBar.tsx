import { Link } from "@tanstack/react-router";
import { useConnection } from "../api/feed";
import { useCall } from "../api/queries";
import { classes } from "../lib/classes";
import { useIdle } from "../lib/idle";
import { paths } from "../lib/links";
import { counted, money } from "../lib/numbers";
import { useCurrentProject } from "./currentProject";
import style from "./Frame.module.css";

/** One line about everything at once: is Waybill there, what runs, what it cost today, what waits for you. */
export function StatusBar() {
  const { data: activity } = useCall("activity", {});
  // It tries out the sandbox of this machine, which starts processes: not while the window is coming up.
  const { data: app } = useCall("app_info", {}, { enabled: useIdle() });
  const { project } = useCurrentProject();
  const connection = useConnection();
  const engine = !app || app.engine_here || app.engine_elsewhere;
  return (
    <footer className={style.status}>
      <span className={style.state}>
        <span
          className={classes(
            style.lamp,
            connection !== "connected" && style.lampOff,
            connection === "connected" && !engine && style.lampIdle,
          )}
          aria-hidden
        />
        {connection !== "connected" ? "Disconnected" : engine ? "Ready" : "No engine runs: runs wait"}
      </span>
      {activity && (
        <>
          <span>
            {project ? (
              <Link to={paths.runs(project.slug)}>{counted(activity.running, "agent")} running</Link>
            ) : (
              `${counted(activity.running, "agent")} running`
            )}
            {activity.waiting > 0 && `, ${activity.waiting} waiting`}
          </span>
          <span>{money(activity.cost_today_usd)} today</span>
          {activity.needs_you > 0 && (
            <span>
              <Link to="/needs-you">{counted(activity.needs_you, "thing needs", "things need")} you</Link>
            </span>
          )}
        </>
      )}
    </footer>
  );
}
