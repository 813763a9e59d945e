// What a person does and the application answers, whichever control it began at.

import { act } from "./api.js";
import { openModal } from "./modal.js";
import { changed, emit, messageById, state, upsertMessage } from "./state.js";

export const NO_ANSWER = "The application did not respond";

/**
 * Takes in an outcome. A message in it may be older than what the event
 * stream has brought meanwhile, so it only counts when it is not yet known.
 */
export function settle(outcome) {
	const message = outcome.message;
	if (message?.channel_id && !messageById(message.id)) {
		upsertMessage(message);
		changed(message);
	}
	if (outcome.state === "modal" && outcome.modal) openModal(outcome.modal);
	emit("acted");
}

/** Waits for an outcome. Answers with a sentence when it came to nothing. */
async function tried(asked) {
	try {
		const outcome = await asked;
		settle(outcome);
		// A failure with a message is told by that message, in its place.
		return outcome.state === "failed" && !outcome.message ? outcome.error || NO_ANSWER : null;
	} catch (error) {
		emit("acted");
		return error.message;
	}
}

async function onMessage(message, asked) {
	state.problems.delete(message.id);
	changed(message);
	const problem = await tried(asked);
	if (problem) state.problems.set(message.id, problem);
	state.busy.delete(message.id);
	changed(message);
}

export function interact(message, customId, values) {
	state.busy.set(message.id, customId);
	const where = { message: message.id, custom_id: customId };
	return onMessage(message, values ? act("select", { ...where, values }) : act("click", where));
}

/** Adds one's own reaction, or takes it back. The message itself comes over the event stream. */
export const react = (message, emoji, back) =>
	act("reaction", { message: message.id, emoji, take_back: back }).catch((error) => emit("trouble", error.message));

export const useOn = (message, command) => onMessage(message, act("menu", { channel: message.channel_id, command, target: message.id }));

export async function useOnPerson(channel, person, command) {
	const problem = await tried(act("menu", { channel, command, target: person }));
	if (problem) emit("trouble", problem);
}

export const runCommand = (channel, command, options) => tried(act("slash", { channel, command, options }));
