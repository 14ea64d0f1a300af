// Brings the page to life: two Slack clients, the clock, the switches and the log.
//
// Hooks that tests may hold on to (all else may change):
//   [data-pane="left|right"]              a client; its data-person is whose it is
//   [data-testid="person-menu"]           opens the menu of people, [data-value="U0MEI"] picks one
//   [data-testid="tab"][data-channel-id]  a conversation; data-kind="channel|dm", data-unread
//   [data-ts]                             a message; data-user, data-ephemeral="true"; .problem under it
//   [data-action-id][data-block-id]       an element of Block Kit; data-value on buttons and on options
//   [data-testid="options-search"]        the search line of an open select; its rows are [role=option][data-value]
//   [role=menuitem][data-value]           a row of an open overflow menu
//   [data-tool="reply|more|delete|dismiss"]    what the pointer or the focus brings up on a message
//   [data-testid="composer"], "thread-composer", "read-only"
//   [data-testid="thread"], "thread-close", "replies", "pin", "toast"
//   [data-testid="modal"]                 data-callback-id, data-view-id, aria-busy; "modal-submit",
//                                         "modal-close", "modal-x"; [data-error-for="<block_id>"]; "confirm-yes|no"
//   [data-testid="app-tab"][data-app-tab="home|messages"], "home"
//   [data-testid="stories"] opens their menu; "story" is the bar: "story-caption", "story-count", "story-next|play|leave"
//   [data-testid="clock-now"]             data-now in unix seconds; "clock-hour|day|week"
//   [data-testid="log-toggle"], "log" (rows: li[data-direction][data-name][data-status]), "log-close"
//   [data-testid="switches"], "theme", "hint-close"
// The address: ?theme=dark|light, ?left=U0MEI&right=U0RAVI.
import * as api from "./api.js";
import { clockFace } from "./format.js";
import { LogDrawer } from "./log.js";
import { Pane } from "./pane.js";
import { showMenu } from "./popover.js";
import { startRegions } from "./regions.js";
import { Stories } from "./story.js";

const find = (id) => document.getElementById(id);
const clock = { now: null, at: 0 };
const sandboxNow = () => (clock.now ?? 0) + (performance.now() - clock.at) / 1000;

function startPanes() {
  const asked = new URLSearchParams(location.search);
  return [...document.querySelectorAll(".pane")].map((root) => {
    const wished = asked.get(root.dataset.pane);
    if (wished) root.dataset.person = wished;
    return new Pane(root, { told, now: sandboxNow });
  });
}

/** After each drawing of a pane: the clock, the switch between panes, and the names in the hint. */
function told(pane) {
  const { now, person, channels } = pane.state;
  clock.now = now;
  clock.at = performance.now();
  tick();
  stories.update(pane.state);
  const side = pane.root.dataset.pane;
  const button = document.querySelector(`[data-show="${side}"]`);
  const unread = channels.some((channel) => channel.unread && (channel.id !== pane.channel || !pane.root.offsetParent));
  button.replaceChildren(person.name, " ", Object.assign(document.createElement("span"), { className: "muted", textContent: person.team_name }));
  button.classList.toggle("has-unread", unread);
}

// --- the clock -----------------------------------------------------------------------------------------

function tick() {
  if (clock.now === null) return;
  const face = find("clock-now");
  const words = clockFace(sandboxNow());
  face.dataset.now = String(sandboxNow());
  if (face.textContent === words) return;
  face.textContent = words;
  face.dateTime = new Date(sandboxNow() * 1000).toISOString();
}

function startClock(refreshAll) {
  setInterval(tick, 1000);
  for (const button of document.querySelectorAll("[data-advance]")) {
    button.addEventListener("click", async () => {
      const all = [...document.querySelectorAll("[data-advance]")];
      for (const one of all) one.disabled = true;
      const answer = await api.advance(button.dataset.advance);
      for (const one of all) one.disabled = false;
      button.focus({ preventScroll: true });
      if (answer.ok) refreshAll();
      else panes[0].toast(answer.message || "The clock did not turn.");
    });
  }
}

// --- tools ---------------------------------------------------------------------------------------------

function startTheme() {
  const button = find("theme");
  const draw = () => {
    const isDark = document.documentElement.dataset.theme === "dark";
    button.setAttribute("aria-pressed", String(isDark));
    button.textContent = isDark ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark ? "Use the light theme" : "Use the dark theme");
  };
  button.addEventListener("click", () => {
    const { dataset } = document.documentElement;
    dataset.theme = dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("tandem.theme", dataset.theme);
    draw();
  });
  draw();
}

/** "Bea's workspace refuses app DMs", one for each person on the page, as a firm's admins may decide. */
function startSwitches() {
  find("switches").addEventListener("click", () => {
    const shown = panes.filter((pane, at) => pane.state && panes.findIndex((one) => one.person === pane.person) === at);
    const items = shown.map(({ state }) => {
      const { person, switches } = state;
      const refuses = switches.refuse_dms.includes(person.id);
      return {
        label: `${person.name.split(" ")[0]}'s workspace refuses app DMs`,
        value: person.id, checked: refuses, many: true,
        pick: () => api.flip({ refuse_dms: { [person.id]: !refuses } }).then(refreshAll),
      };
    });
    showMenu(find("switches"), [{ heading: "Make it harder" }, ...items], { label: "Switches", align: "end" });
  });
}

function startHint() {
  const hint = find("hint");
  hint.hidden = localStorage.getItem("tandem.hint") === "seen";
  find("hint-close").addEventListener("click", () => {
    hint.hidden = true;
    localStorage.setItem("tandem.hint", "seen");
  });
}

/** On a narrow page one client shows at a time. */
function startPaneSwitch() {
  const desk = document.querySelector(".desk");
  const buttons = [...document.querySelectorAll("[data-show]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      desk.dataset.shown = button.dataset.show;
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
      panes.find((pane) => pane.root.dataset.pane === button.dataset.show).refresh();
    });
  }
}

const panes = startPanes();
const stories = new Stories({
  button: find("stories"), bar: find("story"), hint: find("hint"), panes, toast: (words) => panes[0].toast(words),
});
const log = new LogDrawer(find("log"), find("log-toggle"));
const refreshAll = () => {
  for (const pane of panes) pane.refresh();
  log.refresh();
};

startTheme();
startSwitches();
startHint();
startPaneSwitch();
startRegions();
startClock(refreshAll);
refreshAll();
document.addEventListener("visibilitychange", () => document.hidden || refreshAll());
const stream = api.listen(refreshAll, (isThere) => {
  find("offline").hidden = isThere;
  stories.lineIs(isThere);
});
addEventListener("pagehide", () => stream.close());
