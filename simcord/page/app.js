// The page of simcord: starts everything, and carries the server's events to whoever shows them.

import { $ } from "./dom.js";
import { Gone, ask, listen, playAs } from "./api.js";
import { setClock, startClock } from "./clock.js";
import { focusComposer, forgetDrafts, showComposer, startComposer, takeKey } from "./composer.js";
import { hostGoesOn, hostSays, meetHost } from "./embed.js";
import { closeDrawers, pageOf, startLists, stepChannel } from "./lists.js";
import { closePopup } from "./menu.js";
import { clearToasts, pingToast, startPanels } from "./panels.js";
import { arrived, isReading, isShown, jumpTo, markRead, refreshChannel, showChannel, startTimeline } from "./timeline.js";
import {
	changed, channelById, channelsOf, emit, guildById, on, removeChannel, removeMessage, setView, state, upsertChannel, upsertGuild, upsertMessage,
} from "./state.js";

let hangUp = null;
let greeted = false;

const STOPPED = ["simcord is not running", "Start it again and this page comes back by itself."];

async function start() {
	for (const begin of [startClock, startLists, startTimeline, startComposer, startPanels, wireKeys]) begin();
	for (;;) {
		try {
			state.people = await ask("people");
			if (state.people.length) break;
			gone("Nobody is here yet", "The page waits for people.");
		} catch (error) {
			gone(STOPPED[0], error instanceof Gone ? STOPPED[1] : error.message);
		}
		await new Promise((resolve) => setTimeout(resolve, 1500));
	}
	$("gone").hidden = true;
	become(personHere() ?? state.people[0], { replace: true });
}

function personHere() {
	const name = new URLSearchParams(location.search).get("user");
	return state.people.find((p) => p.username === name || p.id === name);
}

function gone(title, text) {
	$("gone").hidden = false;
	$("app").hidden = true;
	$("gone").querySelector("h2").textContent = title;
	$("gone-text").textContent = text;
}

function setAddress(address, replace) {
	history[replace ? "replaceState" : "pushState"](null, "", address);
}

const dismissedBy = (person) => `dismissed ${person.id}`;

function become(person, { replace } = {}) {
	greeted = false;
	clearToasts();
	closePopup();
	forgetDrafts();
	state.me = person;
	playAs(person.id);
	for (const known of [state.history, state.busy, state.problems]) known.clear();
	state.dismissed = new Set(JSON.parse(sessionStorage.getItem(dismissedBy(person)) ?? "[]"));
	setAddress(`${pageOf(person)}${location.hash}`, replace);
	follow();
}

function follow() {
	hangUp?.();
	hangUp = listen(handlers, onStream);
}

// A browser opens six connections to one address, and each event stream holds one. A tab that nobody looks at
// gives its own back, so that many people can be open side by side; it still asks for its counts.
const PARK_AFTER = 20000;
let parking;
let polling;

document.addEventListener("visibilitychange", () => {
	clearTimeout(parking);
	if (document.hidden) {
		parking = setTimeout(() => {
			hangUp?.();
			polling = setInterval(() => ask("view").then(takeView).catch(() => {}), 4000);
		}, PARK_AFTER);
	} else if (polling) {
		clearInterval(polling);
		polling = null;
		follow();
	}
});

function takeView(view) {
	setView(view);
	emit("world");
}

function onStream(failures) {
	const banner = $("banner");
	banner.hidden = !failures;
	if (!failures) {
		$("app").hidden = false;
		$("gone").hidden = true;
		return;
	}
	banner.textContent = "simcord does not answer. The page keeps trying.";
	if (!greeted && failures >= 3) gone(...STOPPED);
	// A server that was started anew has other people under other ids.
	ask("people").then((people) => people.some((p) => p.id === state.me.id) || location.reload()).catch(() => {});
}

const handlers = {
	hello(view) {
		setClock(view.clock);
		// Whatever was missed while the stream was away is read afresh.
		for (const id of state.history.keys()) if (id !== state.channelId) state.history.delete(id);
		greeted = true;
		takeView(view);
		const target = [location.hash.slice(1), state.channelId].find(channelById) ?? firstChannel();
		const shown = target && target === state.channelId && isShown(target) ? refreshChannel() : select(target, { replace: true });
		if (view.host) meetHost(view.host, { goTo, become });
		hostGoesOn(shown);
	},

	message(message) {
		const isNew = upsertMessage(message);
		// What was wrong with a press is old news once the message has changed.
		if (!state.busy.has(message.id)) state.problems.delete(message.id);
		if (isNew && message.channel_id === state.channelId) arrived(message);
		changed(message);
	},

	message_delete(message) {
		removeMessage(message);
		changed(message);
	},

	/** Comes behind each message too, with the counts of the person. */
	channel(channel) {
		const more = upsertChannel(channel);
		emit(more ? "world" : "counts", channel);
		if (!state.channelId) select(firstChannel(), { replace: true });
		else if (isReading(channel.id)) markRead();
	},

	channel_delete(channel) {
		removeChannel(channel);
		emit("world");
		if (channel.id !== state.channelId) return;
		emit("trouble", "This channel is gone, or hidden from you now.");
		select(firstChannel(), { replace: true });
	},

	guild(guild) {
		upsertGuild(guild);
		emit("world");
		ask("people").then((people) => (state.people = people)).catch(() => {});
	},

	commands(commands) {
		state.commands = commands;
		emit("world");
	},

	ping: pingToast,
	clock: setClock,
	host: hostSays,
};

const firstChannel = () => channelsOf(guildById(state.guildId) ?? state.guilds[0])[0]?.id ?? null;

function select(channelId, { replace } = {}) {
	const previous = state.channelId;
	const channel = channelId ? channelById(channelId) : null;
	state.channelId = channel?.id ?? null;
	// A conversation of two belongs to no server: the one that was open stays.
	state.guildId = channel?.guild_id ?? (guildById(state.guildId) ?? state.guilds[0])?.id ?? null;
	if (channel?.guild_id) sessionStorage.setItem(`last ${channel.guild_id}`, channel.id);
	setAddress(`${location.search}#${channel?.id ?? ""}`, replace || previous === state.channelId);
	emit("channel");
	showComposer(previous);
	return showChannel();
}

async function goTo({ channel, message, quiet }) {
	closeDrawers();
	if (!channelById(channel)) return emit("trouble", "You cannot see that channel.");
	if (channel !== state.channelId) await select(channel, { replace: quiet });
	if (message) await jumpTo(message);
	else if (!quiet && matchMedia("(hover: hover)").matches) focusComposer();
}

on("goto", goTo);
on("become", become);
on("dismiss", (message) => {
	state.dismissed.add(message.id);
	sessionStorage.setItem(dismissedBy(state.me), JSON.stringify([...state.dismissed].slice(-500)));
	changed(message);
	focusComposer();
});

addEventListener("popstate", () => {
	const person = personHere();
	const target = channelById(location.hash.slice(1));
	if (person && person.id !== state.me?.id) become(person, { replace: true });
	else if (target && target.id !== state.channelId) select(target.id, { replace: true });
});

function wireKeys() {
	document.querySelector(".skip").addEventListener("click", (event) => {
		event.preventDefault();
		focusComposer();
	});
	$("shade").addEventListener("click", closeDrawers);
	document.addEventListener("keydown", (event) => {
		const { key, altKey } = event;
		const inField = event.target.closest?.("input, textarea, select, dialog, .popup");
		if (altKey && (key === "ArrowUp" || key === "ArrowDown")) {
			event.preventDefault();
			stepChannel(key === "ArrowUp" ? -1 : 1);
		} else if (key === "Escape" && !$("shade").hidden) {
			closeDrawers();
		} else if (!inField && key.length === 1 && key !== " " && !event.ctrlKey && !event.metaKey && !altKey) {
			takeKey();
		}
	});
}

start();
