// Story mode: the menu of stories, and the bar that plays one scene by scene. The server plays; this shows who is
// acting, in the client of their company.
import * as api from "./api.js";
import { confirmed } from "./dialog.js";
import { h } from "./dom.js";
import { showMenu } from "./popover.js";

const IS_ON = new Set(["acting", "playing"]);

export class Stories {
  /** `button` opens the menu, `bar` shows the story that is on. `toast(words)` says what went wrong. */
  constructor({ button, bar, hint, panes, toast }) {
    Object.assign(this, { button, bar, hint, panes, toast, print: null, seen: null });
    button.addEventListener("click", () => this.choose());
    this.words = h("p", { class: "story-caption", data: { testid: "story-caption" }, "aria-live": "polite" });
    this.title = h("span", { class: "story-title" });
    this.count = h("span", { class: "story-count", data: { testid: "story-count" } });
    this.problem = h("p", { class: "story-problem", role: "alert", hidden: true });
    this.next = this.tool("Next", "story-next", () => this.tell({ do: "next" }));
    this.play = this.tool("Play", "story-play", () => this.tell({ do: this.isPlaying ? "stop" : "play" }));
    this.leave = this.tool("Leave", "story-leave", () => this.tell({ do: "leave" }));
    this.leave.title = "Leave the story; what it made stays";
    this.next.classList.add("story-next");
    bar.append(
      h("div", { class: "story-head" }, this.title, this.count),
      h("div", { class: "story-words" }, this.words, this.problem),
      h("div", { class: "story-tools" }, this.next, this.play, this.leave),
    );
  }

  tool(label, testid, act) {
    return h("button", { type: "button", class: "tool", data: { testid }, on: { click: act } }, label);
  }

  async tell(wish) {
    const answer = await api.story(wish);
    if (!answer.ok) this.toast(answer.message || answer.error);
    return answer.ok;
  }

  /** After each new state of a client. */
  update({ stories = [], story }) {
    this.stories = stories;
    this.button.hidden = !stories.length;
    this.bar.hidden = !story;
    if (!story) return;
    this.hint.hidden = true; // the story says what to look at
    const print = JSON.stringify(story);
    if (print === this.print) return;
    this.print = print;
    this.draw(story);
    this.follow(story);
  }

  draw({ title, scene, scenes, caption, state, problem }) {
    this.isPlaying = state === "playing";
    this.bar.dataset.state = state;
    this.title.textContent = title;
    this.count.textContent = scene ? `${scene} of ${scenes}` : `${scenes} scenes`;
    if (this.words.textContent !== caption) this.words.textContent = caption;
    this.problem.textContent = problem;
    this.problem.hidden = !problem;
    const isOver = state === "ended" || state === "stuck";
    this.next.disabled = isOver || IS_ON.has(state);
    this.play.disabled = isOver || state === "acting";
    this.play.textContent = this.isPlaying ? "Stop" : "Play";
    this.next.textContent = scene ? "Next" : "Begin";
    if (state === "ended") this.count.textContent = "The end";
  }

  /** The sandbox went, or is there again. What was on the page belongs to the world that was forgotten. */
  lineIs(isThere) {
    if (!this.leaving) return;
    if (isThere && this.wentAway) location.reload();
    this.wentAway ||= !isThere;
  }

  /** Whoever acts is the one whose client shows, where they act. */
  follow({ at, state }) {
    if (!at || at.n === this.seen) return;
    const isFirst = this.seen === null;
    this.seen = at.n;
    if (isFirst && !IS_ON.has(state)) return; // the page was opened again: people are where they were
    const teams = this.panes.map((pane) => pane.state?.people[at.person]?.team_id === pane.state?.person.team_id);
    const pane = this.panes[teams.indexOf(true)];
    if (!pane) return;
    pane.show(at);
    for (const one of this.panes) if (one !== pane && one.channel === at.channel) one.look(at);
    document.querySelector(`[data-show="${pane.root.dataset.pane}"]`)?.click(); // on a narrow page, one at a time
  }

  choose() {
    const items = this.stories.map((story) => ({
      label: story.title || "Half way", note: story.summary, value: story.name, pick: () => this.begin(story),
    }));
    showMenu(this.button, [{ heading: "Begin afresh with" }, ...items], { label: "Stories", align: "end", isStacked: true });
  }

  async begin({ name, title }) {
    const question = {
      title: { text: `Begin “${title}”?` },
      text: { type: "plain_text", text: "The sandbox starts afresh: what was done here so far is forgotten." },
      confirm: { text: "Begin" }, deny: { text: "Keep what is here" },
    };
    if (!(await confirmed(question, this.button, this.panes[0].known))) return;
    const curtain = h("p", { class: "curtain", role: "status" }, "Setting the stage…");
    document.body.append(curtain);
    this.leaving = true; // before the sandbox is asked: it may be gone before it has answered
    const answer = await api.story({ do: "begin", story: name });
    if (answer.ok || answer.error === "offline") return;
    this.leaving = false;
    curtain.remove();
    this.toast(answer.message || answer.error);
  }
}
