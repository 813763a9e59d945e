// Things that a person does and the application answers: presses, choices,
// commands. Every outcome comes through here, whichever control it began at.

import { api } from "./api.js";
import { now } from "./clock.js";
import { openModal } from "./modal.js";
import { currentGuild, emit, messageById, state, upsertMessage } from "./state.js";

export const NO_ANSWER = "The application did not respond";

/**
 * Takes in an outcome. A message in it may be older than what the event
 * stream has brought meanwhile, so it only counts when it is not yet known.
 */
export function settle(outcome) {
  const message = outcome?.message;
  if (message?.id && message.channel_id && !messageById(message.id)) {
    upsertMessage(message);
    emit("messages", { channel: message.channel_id });
  }
  if (outcome?.state === "modal" && outcome.modal) openModal(outcome.modal);
  emit("acted");
}

/** Presses a button, or chooses values when there are some. */
export async function interact(message, customId, values = null) {
  state.busy.set(message.id, customId);
  state.problems.delete(message.id);
  emit("messages", { channel: message.channel_id });
  try {
    const outcome = values
      ? await api.select(state.me.id, message.id, customId, values)
      : await api.click(state.me.id, message.id, customId);
    if (outcome.state === "failed") state.problems.set(message.id, outcome.error || NO_ANSWER);
    settle(outcome);
  } catch (error) {
    state.problems.set(message.id, error.message);
  } finally {
    state.busy.delete(message.id);
    emit("messages", { channel: message.channel_id });
  }
}

/**
 * Sends a command. Answers with the server's sentence when it was refused
 * before the application saw it, and with nothing when it went through.
 */
export async function runCommand(channel, command, values) {
  try {
    const outcome = await api.slash(state.me.id, channel, command, values);
    if (outcome.state === "failed" && !outcome.message) localFailure(channel, command, outcome.error);
    settle(outcome);
    return null;
  } catch (error) {
    emit("acted");
    return error.message;
  }
}

const application = () => currentGuild()?.members.find((m) => m.user.bot)?.user;

let locals = 0;

/**
 * A note that only this tab shows, in the place where the answer would have
 * stood. It sorts behind everything that is there now.
 */
function localFailure(channel, command, text) {
  const known = state.history.get(channel)?.list ?? [];
  const last = known[known.length - 1]?.id ?? "0";
  locals += 1;
  upsertMessage({
    id: `${last}-${locals}`,
    local: true,
    channel_id: channel,
    type: 0,
    author: application() ?? state.me,
    content: text || NO_ANSWER,
    interaction_metadata: { type: 2, user: state.me, name: command },
    timestamp: new Date(now()).toISOString(),
    simcord: { ephemeral: true, failed: true },
  });
  emit("messages", { channel });
}
