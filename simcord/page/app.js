// The page of simcord: starts everything, and carries the server's events to
// whoever shows them.

import { $, compareIds, debounce } from "./dom.js";
import { Gone, Stream, api } from "./api.js";
import { setClock, startClock } from "./clock.js";
import { closeDrawers, startChannels, stepChannel } from "./channels.js";
import { focusComposer, forgetDrafts, showComposer, startComposer, takeKey } from "./composer.js";
import { hostGoesOn, hostSays, meetHost } from "./embed.js";
import { closePopup } from "./menu.js";
import { clearToasts, pingToast, startPanels } from "./panels.js";
import { pageOf, startPeople } from "./people.js";
import { arrived, isReading, isShown, jumpTo, markRead, refreshChannel, showChannel, startTimeline } from "./timeline.js";
import {
	channelById, emit, guildById, historyOf, isReadable, on, orderedChannels, removeChannel, removeMessage,
	setView, state, upsertChannel, upsertGuild, upsertMessage,
} from "./state.js";

let stream = null;
let greeted = false;

const STOPPED = ["simcord is not running", "Nothing answers at this address. Start it again and this page comes back by itself."];

async function start() {
	startClock();
	startChannels();
	startPeople();
	startTimeline();
	startComposer();
	startPanels();
	wireKeys();
	for (;;) {
		try {
			state.people = await api.people();
			if (state.people.length) break;
			gone("Nobody is here yet", "simcord runs, but it has no people to look through. The page waits for them.");
		} catch (error) {
			gone(STOPPED[0], error instanceof Gone ? STOPPED[1] : error.message);
		}
		await new Promise((resolve) => setTimeout(resolve, 1500));
	}
	$("gone").hidden = true;
	become(personOf(new URLSearchParams(location.search).get("as")) ?? state.people[0], { replace: true });
}

const personOf = (name) => state.people.find((p) => p.username === name || p.id === name);

function gone(title, text) {
	$("gone").hidden = false;
	$("app").hidden = true;
	$("gone").querySelector("h2").textContent = title;
	$("gone-text").textContent = text;
}

/** Looks at the world as this person from now on. */
function become(person, { replace = false } = {}) {
	greeted = false;
	clearToasts();
	closePopup();
	forgetDrafts();
	state.me = person;
	state.history.clear();
	state.busy.clear();
	state.problems.clear();
	state.dismissed = new Set(JSON.parse(sessionStorage.getItem(`dismissed ${person.id}`) ?? "[]"));
	const address = `${pageOf(person)}${location.hash}`;
	if (replace) history.replaceState(null, "", address);
	else history.pushState(null, "", address);
	listen();
}

function listen() {
	stream?.close();
	stream = new Stream(state.me.id, { onEvent, onState: onStream });
}

// A browser opens six connections to one address, and each event stream holds
// one for good. A tab that nobody looks at gives its own back, so that many
// people can be open side by side; it still asks for its counts.
const PARK_AFTER = 20000;
let parking;
let polling;

document.addEventListener("visibilitychange", () => {
	clearTimeout(parking);
	if (document.visibilityState === "hidden") {
		parking = setTimeout(() => {
			stream?.close();
			polling = setInterval(recount, 4000);
		}, PARK_AFTER);
	} else if (polling) {
		clearInterval(polling);
		polling = null;
		listen();
	}
});

function onStream(what, failures) {
	const banner = $("banner");
	if (what === "open") {
		banner.hidden = true;
		$("app").hidden = false;
		$("gone").hidden = true;
		return;
	}
	banner.hidden = false;
	banner.textContent = failures < 5 ? "Reconnecting…" : "simcord does not answer. It may have been stopped; the page keeps trying.";
	if (!greeted && failures >= 3) gone(...STOPPED);
	// A server that was started anew has other people under other ids.
	api.people().then((people) => {
		if (!people.some((p) => p.id === state.me.id)) location.reload();
	}).catch(() => {});
}

const handlers = {
	hello(view) {
		setView(view);
		if (view.clock) setClock(view.clock);
		// Whatever was missed while the stream was away is read afresh.
		for (const [id, known] of state.history) {
			known.loaded &&= id === state.channelId;
			if (!known.loaded) known.list = [];
		}
		greeted = true;
		const wanted = state.channelId && channelById(state.channelId) ? state.channelId : null;
		const target = channelById(location.hash.slice(1))?.id ?? wanted ?? firstChannel();
		emit("world");
		const shown = target && target === state.channelId && isShown(target) ? refreshChannel() : select(target, { replace: true });
		if (view.host) meetHost(view.host, { goTo, become });
		hostGoesOn(shown);
	},

	message(message) {
		const known = historyOf(message.channel_id);
		const channel = channelById(message.channel_id);
		const isNew = upsertMessage(message);
		// What was wrong with a press is old news once the message has changed.
		if (!state.busy.has(message.id)) state.problems.delete(message.id);
		// An edit of a message on a page that was never read looks new as well.
		const isLatest = isNew && known.list[known.list.length - 1] === message;
		const fresh = isLatest && (!channel?.last_message_id || compareIds(message.id, channel.last_message_id) >= 0);
		if (channel && fresh) channel.last_message_id = message.id;
		if (fresh && channel && message.author?.id !== state.me.id) {
			if (!isReading(channel.id)) {
				channel.simcord.unread += 1;
				emit("counts");
			}
			recount();
		}
		if (isNew && message.channel_id === state.channelId) arrived(message);
		emit("messages", { channel: message.channel_id });
	},

	message_delete(gone) {
		removeMessage(gone);
		emit("messages", { channel: gone.channel_id });
	},

	channel(channel) {
		upsertChannel(channel);
		emit("world");
		if (!state.channelId) select(firstChannel(), { replace: true });
		else if (channel.id === state.channelId) markRead();
	},

	channel_delete(channel) {
		removeChannel(channel);
		emit("world");
		if (channel.id === state.channelId) {
			emit("trouble", "This channel is gone, or hidden from you now.");
			select(firstChannel(), { replace: true });
		}
	},

	guild(guild) {
		upsertGuild(guild);
		emit("world");
		// The people switch names roles, and those may be what has changed.
		api.people().then((people) => (state.people = people)).catch(() => {});
	},

	ping(ping) {
		pingToast(ping);
		recount();
	},

	commands(commands) {
		state.commands = commands;
	},

	clock: setClock,
	host: hostSays,
};

function onEvent(name, data) {
	handlers[name]?.(data);
}

// The server alone knows what counts as a mention, so after something was
// said its own numbers replace the page's guess.
const recount = debounce(300, async () => {
	const me = state.me.id;
	const view = await api.view(me).catch(() => null);
	if (!view || me !== state.me.id) return;
	for (const { id, simcord } of [...view.guilds.flatMap((g) => g.channels), ...view.conversations]) {
		const channel = channelById(id);
		if (!channel || !simcord) continue;
		if (!isReading(id)) Object.assign(channel.simcord, simcord);
		else if (simcord.unread || simcord.mentions) api.read(me, id).catch(() => {});
	}
	emit("counts");
});

function firstChannel() {
	const guild = guildById(state.guildId) ?? state.guilds[0];
	if (!guild) return null;
	return orderedChannels(guild).flatMap((g) => g.channels).find(isReadable)?.id ?? null;
}

function select(channelId, { replace = false } = {}) {
	const previous = state.channelId;
	const channel = channelId ? channelById(channelId) : null;
	state.channelId = channel?.id ?? null;
	// A conversation of two belongs to no server: the one that was open stays.
	state.guildId = channel?.guild_id ?? guildById(state.guildId)?.id ?? state.guilds[0]?.id ?? null;
	if (channel?.guild_id) sessionStorage.setItem(`last ${channel.guild_id}`, channel.id);
	const address = `${location.search}${channel ? `#${channel.id}` : ""}`;
	if (replace) history.replaceState(null, "", address || "/");
	else if (previous !== state.channelId) history.pushState(null, "", address);
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
on("become", (person) => become(person));
on("dismiss", (message) => {
	state.dismissed.add(message.id);
	sessionStorage.setItem(`dismissed ${state.me.id}`, JSON.stringify([...state.dismissed].slice(-500)));
	emit("messages", { channel: message.channel_id });
	focusComposer();
});

addEventListener("popstate", () => {
	const person = personOf(new URLSearchParams(location.search).get("as"));
	const target = channelById(location.hash.slice(1));
	if (person && person.id !== state.me?.id) become(person, { replace: true });
	else if (target && target.id !== state.channelId) select(target.id, { replace: true });
});

function wireKeys() {
	document.querySelector(".skip").addEventListener("click", (event) => {
		// Following the link would put another address in place of the channel's.
		event.preventDefault();
		focusComposer();
	});
	$("shade").addEventListener("click", closeDrawers);
	document.addEventListener("keydown", (event) => {
		const inField = event.target.closest?.("input, textarea, select, dialog, .popup");
		if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
			event.preventDefault();
			stepChannel(event.key === "ArrowUp" ? -1 : 1);
		} else if (event.key === "Escape" && !$("shade").hidden) {
			closeDrawers();
		} else if (!inField && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
			takeKey();
		}
	});
}

start();
