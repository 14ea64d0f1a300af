// Moments in words. A moment is a Slack `ts` or unix seconds; the time zone is the person's where the
// server tells it, else the browser's, as in a Slack client.

const made = new Map();

function formatter(zone, shape) {
  const key = `${zone ?? ""}${JSON.stringify(shape)}`;
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat("en-GB", { ...shape, timeZone: zone || undefined }));
  return made.get(key);
}

const DAY = { year: "numeric", month: "2-digit", day: "2-digit" };
const moment = (seconds) => new Date(Number(seconds) * 1000);

export const clockTime = (ts, zone) => formatter(zone, { hour: "2-digit", minute: "2-digit" }).format(moment(ts));
export const dayKey = (ts, zone) => formatter(zone, DAY).format(moment(ts));

/** "Today", "Yesterday", else "Tuesday, 24 November" (with the year where it is another one). */
export function dayName(ts, now, zone) {
  if (dayKey(ts, zone) === dayKey(now, zone)) return "Today";
  if (dayKey(ts, zone) === dayKey(now - 86400, zone)) return "Yesterday";
  const sameYear = moment(ts).getFullYear() === moment(now).getFullYear();
  const year = sameYear ? {} : { year: "numeric" };
  return formatter(zone, { weekday: "long", day: "numeric", month: "long", ...year }).format(moment(ts));
}

/** "Tuesday 24 November 2026 at 10:00:05", for titles. */
export function longMoment(ts, zone) {
  return formatter(zone, { dateStyle: "full", timeStyle: "medium" }).format(moment(ts));
}

/** "Tue 24 Nov 2026 · 10:00", the face of the sandbox clock. */
export function clockFace(seconds) {
  const day = formatter(undefined, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  return `${day.format(moment(seconds)).replace(",", "")} · ${clockTime(seconds)}`;
}

const DATE_TOKENS = {
  date_num: { ...DAY },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/**
 * The words of `<!date^seconds^format|fallback>`: `{date_short} at {time}` and the like, `_pretty` too.
 * See https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function slackDate(seconds, pattern, now, zone) {
  return pattern.replace(/\{(\w+)\}/g, (whole, token) => {
    if (token === "ago") return ago(now - seconds);
    const shape = DATE_TOKENS[token.replace(/_pretty$/, "")];
    if (!shape) return whole;
    if (token === "date_num") return dayKey(seconds, zone).split("/").reverse().join("-");
    const near = token.endsWith("_pretty") ? dayName(seconds, now, zone) : "";
    if (near === "Today" || near === "Yesterday") return near.toLowerCase();
    return formatter(zone, shape).format(moment(seconds));
  });
}

function ago(seconds) {
  const gone = Math.abs(seconds);
  const [count, unit] =
    gone < 3600 ? [gone / 60, "minute"] : gone < 86400 ? [gone / 3600, "hour"] : [gone / 86400, "day"];
  const words = `${Math.floor(count)} ${unit}${Math.floor(count) === 1 ? "" : "s"}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}
