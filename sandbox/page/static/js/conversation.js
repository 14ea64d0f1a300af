// What is to be said about the conversation that is open, as `state` has it.

/** Its name as people call it. */
export function conversationName({ channel, channels, people }) {
  if (channel.kind === "none") return "Nowhere";
  if (channel.kind !== "dm") return `#${channel.name}`;
  const other = channels.find((one) => one.id === channel.id)?.with;
  return people[other]?.name ?? channel.name;
}

/** The words at its beginning, over the first message. */
export function beginningOf({ channel, people, teams, person }) {
  if (channel.kind === "none") return `${person.name} is in no conversation. Somebody has to invite them: /invite @${person.name}`;
  if (channel.kind === "dm") return "What Tandem has to say to this person alone arrives here.";
  const firms = [...new Set(channel.member_ids.filter((id) => !people[id]?.is_bot).map((id) => people[id]?.team_id))];
  const names = firms.map((id) => teams[id]?.name).filter(Boolean);
  return `${channel.topic ? `${channel.topic} · ` : ""}${channel.member_ids.length} people and apps of ${names.join(" and ")}`;
}

/** Why nothing can be written here, or "" where it can. */
export function whyReadOnly(state) {
  const { channel, channels } = state;
  const tab = channels.find((one) => one.id === channel.id);
  if (!tab) return "There is nowhere to write.";
  if (tab.can_write) return "";
  if (tab.is_archived) return "This channel is archived: what was said stays, and nothing more can be said.";
  const name = conversationName(state);
  return `Messages to ${name} are turned off: it speaks here, and listens to its buttons and to mentions in the channel.`;
}

/** The newest pinned message of an app. */
export const boardOf = ({ messages, pins }) => messages.findLast((message) => message.bot && pins.includes(message.ts));

/** The first line of a message, for the line of pins. */
export function firstLine(message) {
  const header = message.blocks?.find((block) => block.type === "header");
  return header ? header.text.text : (message.text ?? "").split("\n")[0];
}
