// Where a person is in a conversation. Whoever comes to it for the first time stands at the board, because that
// says what all the rest is about; from the first thing they do on, they are at the end or where they stopped,
// and there again when they come back.
// A new board is shown from its top to whoever is at the end when it comes.

const ACTS = ["pointerdown", "keydown", "wheel", "touchmove"];

export class Reading {
  /** `box` holds the messages of a client, `newer` is the pill that leads to the end, `root` the whole client. */
  constructor({ root, box, newer }) {
    Object.assign(this, { box, newer, board: null, isNewcomer: true, isHeldAtEnd: true, name: "", left: new Map(), back: null });
    newer.addEventListener("click", () => this.toEnd(true));
    for (const act of ACTS) root.addEventListener(act, () => this.acted(), { passive: true, capture: true });
    box.addEventListener("scroll", () => {
      if (this.room !== this.measure()) return; // not the person: the browser, because the list became narrower
      this.isHeldAtEnd = this.isAtEnd();
      if (this.seesLast()) newer.hidden = true;
    });
    // What is in sight stays there when the log, a thread or a long draft takes room.
    this.room = this.measure();
    new ResizeObserver(() => {
      this.room = this.measure();
      this.stay();
    }).observe(box);
  }

  /** A conversation was opened: `name` is the person and the conversation. */
  open(name) {
    if (this.name) this.left.set(this.name, this.isHeldAtEnd ? Infinity : this.box.scrollTop);
    if (this.name) this.isNewcomer = !this.left.has(name); // else what was done before anything was drawn counts
    this.name = name;
    this.isHeldAtEnd = true;
    this.board = undefined; // not known yet
    this.back = this.left.get(name) ?? null;
  }

  /** After each drawing: `board` is the ts of the newest pinned message of an app, `grew` says that one came at the end. */
  settle(board, grew) {
    const isNewBoard = board && this.board !== undefined && board !== this.board;
    this.board = board ?? null;
    if (isNewBoard && this.isHeldAtEnd) this.toMessage(board);
    else if (this.back !== null) this.return();
    else this.stay();
    if (grew && !this.seesLast()) this.newer.hidden = false;
    else if (this.seesLast()) this.newer.hidden = true;
  }

  acted() {
    this.isNewcomer = false;
  }

  return() {
    this.box.scrollTo({ top: Math.min(this.back, this.box.scrollHeight), behavior: "instant" });
    this.isHeldAtEnd = this.isAtEnd();
    this.back = null;
  }

  stay() {
    if (this.isNewcomer && this.board) this.toMessage(this.board);
    else if (this.isHeldAtEnd) this.toEnd();
  }

  measure() {
    return `${this.box.clientWidth} × ${this.box.clientHeight}`;
  }

  isAtEnd() {
    const { box } = this;
    return box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  }

  /** Whether the newest message begins in sight. */
  seesLast() {
    const last = this.box.lastElementChild;
    return !last || last.getBoundingClientRect().top < this.box.getBoundingClientRect().bottom - 20;
  }

  toEnd(smoothly = false) {
    this.isHeldAtEnd = true;
    this.box.scrollTo({ top: this.box.scrollHeight, behavior: smoothly ? "smooth" : "instant" });
    this.newer.hidden = true;
  }

  /** Brings the top of a message to the top of the list. Returns it, or nothing where it is not there. */
  toMessage(ts) {
    const node = this.box.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    if (!node) return null;
    const top = node.getBoundingClientRect().top - this.box.getBoundingClientRect().top - this.box.clientTop;
    this.box.scrollTo({ top: this.box.scrollTop + top, behavior: "instant" });
    this.isHeldAtEnd = this.isAtEnd();
    return node;
  }
}
