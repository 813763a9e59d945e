// What the page knows: one person's view of the world, and the messages read
// so far. Other modules read from here and hear about changes through `bus`.

import { compareIds } from "./dom.js";

export const bus = new EventTarget();
export const emit = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));
export const on = (name, fn) => bus.addEventListener(name, (event) => fn(event.detail));

export const state = {
	people: [],
	me: null,
	guilds: [],
	/** Conversations of two, with the application. */
	conversations: [],
	commands: [],
	guildId: null,
	channelId: null,
	/** channel id → {list, loaded, complete}; the list is oldest first. */
	history: new Map(),
	/** message id → custom_id of the component whose outcome is awaited. */
	busy: new Map(),
	/** message id → sentence shown under its components. */
	problems: new Map(),
	/** Ephemeral messages that this tab has dismissed. */
	dismissed: new Set(),
};

export const CATEGORY = 4;
export const DIRECT = 1;
export const isThread = (channel) => channel.type === 11;
export const isReadable = (channel) => channel.type === 0 || channel.type === DIRECT || channel.type === 5 || isThread(channel);

/** Takes over a whole view, as `hello` and `GET /control/view` give it. */
export function setView(view) {
	state.me = view.me.user ? { ...view.me.user, ...view.me } : view.me;
	state.guilds = view.guilds ?? [];
	state.commands = view.commands ?? [];
	for (const guild of state.guilds) for (const channel of guild.channels) adopt(channel, guild.id);
	state.conversations = (view.conversations ?? []).map((channel) => adoptConversation(channel));
}

/** A conversation is called after the other one in it: a person talks to the application alone. */
function adoptConversation(channel, previous) {
	channel.name ||= state.guilds.flatMap((g) => g.members).find((m) => m.user.bot)?.display_name ?? "application";
	return adopt(channel, null, previous);
}

function adopt(channel, guildId, previous) {
	channel.guild_id ??= guildId;
	channel.simcord ??= previous?.simcord ?? {};
	channel.simcord.unread ??= 0;
	channel.simcord.mentions ??= 0;
	return channel;
}

export function upsertChannel(channel) {
	if (channel.type === DIRECT) {
		const place = state.conversations.findIndex((c) => c.id === channel.id);
		adoptConversation(channel, state.conversations[place]);
		if (place < 0) state.conversations.push(channel);
		else state.conversations[place] = channel;
		return;
	}
	const guild = guildById(channel.guild_id);
	if (!guild) return;
	const at = guild.channels.findIndex((c) => c.id === channel.id);
	adopt(channel, guild.id, guild.channels[at]);
	if (at < 0) guild.channels.push(channel);
	else guild.channels[at] = channel;
}

export function removeChannel({ id, guild_id }) {
	const guild = guildById(guild_id);
	if (guild) guild.channels = guild.channels.filter((c) => c.id !== id);
	state.history.delete(id);
}

export function upsertGuild(guild) {
	const at = state.guilds.findIndex((g) => g.id === guild.id);
	const previous = state.guilds[at];
	// A guild event speaks of roles and members; when it leaves the channels
	// out, the ones that are known stay.
	guild.channels ??= previous?.channels ?? [];
	for (const channel of guild.channels) {
		adopt(channel, guild.id, previous?.channels.find((c) => c.id === channel.id));
	}
	if (at < 0) state.guilds.push(guild);
	else state.guilds[at] = guild;
}

export const guildById = (id) => state.guilds.find((g) => g.id === id);
export const currentGuild = () => guildById(state.guildId);

export function channelById(id) {
	for (const guild of state.guilds) {
		const found = guild.channels.find((c) => c.id === id);
		if (found) return found;
	}
	return state.conversations.find((c) => c.id === id) ?? null;
}

/** "#general", "@name" for a conversation of two, or the bare name of a thread. */
export const placeName = (channel) => `${channel.type === DIRECT ? "@" : isThread(channel) ? "" : "#"}${channel.name}`;

export const currentChannel = () => channelById(state.channelId);

export function roleById(id) {
	for (const guild of state.guilds) {
		const found = guild.roles.find((r) => r.id === id);
		if (found) return found;
	}
	return null;
}

export function memberById(id, guild = currentGuild()) {
	const here = guild?.members.find((m) => m.user.id === id);
	if (here) return here;
	for (const other of state.guilds) {
		const found = other.members.find((m) => m.user.id === id);
		if (found) return found;
	}
	return null;
}

/** A member's roles, highest first; members may list role ids or names. */
export function rolesOf(member, guild = currentGuild()) {
	if (!member || !guild) return [];
	return guild.roles
		.filter((r) => r.id !== guild.id && (member.roles.includes(r.id) || member.roles.includes(r.name)))
		.sort((a, b) => b.position - a.position);
}

export function roleColor(role) {
	const number = role?.color || role?.colors?.primary_color;
	return number ? `#${number.toString(16).padStart(6, "0")}` : null;
}

export function colorOf(userId, guild = currentGuild()) {
	const member = guild?.members.find((m) => m.user.id === userId);
	if (member) return roleColor(rolesOf(member, guild).find((r) => roleColor(r)));
	return state.people.find((p) => p.id === userId)?.color ?? null;
}

export function nameOf(user, guild = currentGuild()) {
	if (!user) return "unknown";
	return memberById(user.id, guild)?.display_name ?? user.global_name ?? user.display_name ?? user.username ?? "unknown";
}

/** The readable channels of a guild in the order the list shows them. */
export function orderedChannels(guild) {
	const byPosition = (a, b) => (a.position ?? 0) - (b.position ?? 0) || compareIds(a.id, b.id);
	const groups = [{ category: null, channels: [] }];
	for (const category of guild.channels.filter((c) => c.type === CATEGORY).sort(byPosition)) {
		groups.push({ category, channels: [] });
	}
	const groupOf = (id) => groups.find((g) => g.category?.id === id) ?? groups[0];
	const plain = guild.channels.filter((c) => c.type !== CATEGORY && !isThread(c)).sort(byPosition);
	const threads = guild.channels.filter((c) => isThread(c) && isListed(c)).sort((a, b) => compareIds(a.id, b.id));
	for (const channel of plain) {
		groupOf(channel.parent_id).channels.push(channel, ...threads.filter((t) => t.parent_id === channel.id));
	}
	return groups.filter((g) => g.channels.length);
}

/** A thread that was put away is listed only while somebody looks at it. */
const isListed = (thread) => !thread.thread_metadata?.archived || thread.id === state.channelId;

/** Everything a person can be pinged about and has not read. */
export function totalMentions() {
	let sum = 0;
	for (const guild of state.guilds) for (const channel of guild.channels) sum += channel.simcord.mentions;
	for (const channel of state.conversations) sum += channel.simcord.mentions;
	return sum;
}

export function historyOf(channelId) {
	let history = state.history.get(channelId);
	if (!history) {
		history = { list: [], loaded: false, complete: false };
		state.history.set(channelId, history);
	}
	return history;
}

export function messageById(id) {
	for (const { list } of state.history.values()) {
		const found = list.find((m) => m.id === id);
		if (found) return found;
	}
	return null;
}

/** Puts a message in its place; says whether it was not known before. */
export function upsertMessage(message) {
	const { list } = historyOf(message.channel_id);
	const at = list.findIndex((m) => m.id === message.id);
	if (at >= 0) {
		list[at] = message;
		return false;
	}
	let end = list.length;
	while (end > 0 && compareIds(list[end - 1].id, message.id) > 0) end -= 1;
	list.splice(end, 0, message);
	return true;
}

export function removeMessage({ id, channel_id }) {
	const history = state.history.get(channel_id);
	if (history) history.list = history.list.filter((m) => m.id !== id);
}

/** The commands that can be used on a message. */
export const messageCommands = () => state.commands.filter((command) => command.type === 3);

/** The commands that can be used on a person. */
export const personCommands = () => state.commands.filter((command) => command.type === 2);

/** Slash commands with their subcommands written out: `release start`. */
export function flatCommands() {
	const flat = [];
	const walk = (command, node, path) => {
		const subs = (node.options ?? []).filter((o) => o.type === 1 || o.type === 2);
		if (subs.length) for (const sub of subs) walk(command, sub, `${path} ${sub.name}`);
		else flat.push({ command, name: path, description: node.description ?? "", options: node.options ?? [] });
	};
	for (const command of state.commands) {
		if ((command.type ?? 1) === 1) walk(command, command, command.name);
	}
	return flat.sort((a, b) => a.name.localeCompare(b.name));
}
