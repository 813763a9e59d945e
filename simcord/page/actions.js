// Things that a person does and the application answers: presses, choices,
// commands. Every outcome comes through here, whichever control it began at.

import { api } from "./api.js";
import { openModal } from "./modal.js";
import { emit, messageById, state, upsertMessage } from "./state.js";

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

/** Uses a command on a message. */
export async function useOn(message, command) {
	state.problems.delete(message.id);
	try {
		const outcome = await api.menu(state.me.id, message.channel_id, command, message.id);
		if (outcome.state === "failed" && !outcome.message) state.problems.set(message.id, outcome.error || NO_ANSWER);
		settle(outcome);
	} catch (error) {
		state.problems.set(message.id, error.message);
	}
	emit("messages", { channel: message.channel_id });
}

/** Uses a command on a person. The answer stands in the channel that is open. */
export async function useOnPerson(channel, person, command) {
	try {
		const outcome = await api.menu(state.me.id, channel, command, person);
		if (outcome.state === "failed" && !outcome.message) emit("trouble", outcome.error || NO_ANSWER);
		settle(outcome);
	} catch (error) {
		emit("trouble", error.message);
	}
	emit("messages", { channel });
}

/** Sends a command. Answers with a sentence when it came to nothing. */
export async function runCommand(channel, command, values) {
	try {
		const outcome = await api.slash(state.me.id, channel, command, values);
		settle(outcome);
		// A failure with a message is told by that message, in its place.
		return outcome.state === "failed" && !outcome.message ? outcome.error || NO_ANSWER : null;
	} catch (error) {
		emit("acted");
		return error.message;
	}
}
