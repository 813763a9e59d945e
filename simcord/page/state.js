// What the page knows, as one person sees the world. Other modules hear about changes through `on`.

import { compareIds, hex } from "./dom.js";

const bus = new EventTarget();
export const emit = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));
export const on = (name, fn) => bus.addEventListener(name, (event) => fn(event.detail));

/** A message is shown anew. */
export const changed = (message) => emit("messages", { channel: message.channel_id });

export const state = {
	people: [],
	me: null,
	guilds: [],
	conversations: [],
	commands: [],
	guildId: null,
	channelId: null,
	/** channel id → {list, loaded, complete}. */
	history: new Map(),
	/** message id → custom_id of the component whose outcome is awaited. */
	busy: new Map(),
	/** message id → sentence shown under its components. */
	problems: new Map(),
	dismissed: new Set(),
};

const CATEGORY = 4;
const DIRECT = 1;
export const isThread = (channel) => channel.type === 11;
export const isReadable = (channel) => [0, DIRECT, 5].includes(channel.type) || isThread(channel);

export function setView(view) {
	state.me = view.me;
	state.guilds = view.guilds;
	state.commands = view.commands;
	state.conversations = view.conversations;
	for (const guild of state.guilds) for (const channel of guild.channels) channel.guild_id = guild.id;
	state.conversations.forEach(named);
}

/** A conversation is called after the other one in it: a person talks to the application alone. */
function named(channel) {
	if (channel.type === DIRECT) channel.name ||= application()?.display_name ?? "application";
	return channel;
}

export const application = () => state.guilds.flatMap((g) => g.members).find((m) => m.user.bot);

/** Takes over a channel; answers whether more than its counts is new. */
export function upsertChannel(channel) {
	const list = channel.type === DIRECT ? state.conversations : guildById(channel.guild_id)?.channels;
	if (!list) return false;
	const at = list.findIndex((c) => c.id === channel.id);
	const shape = (c) => JSON.stringify({ ...c, simcord: 0, last_message_id: 0 });
	const known = list[at] && shape(list[at]);
	list[at < 0 ? list.length : at] = named(channel);
	return known !== shape(channel);
}

export function removeChannel({ id, guild_id }) {
	const guild = guildById(guild_id);
	if (guild) guild.channels = guild.channels.filter((c) => c.id !== id);
	state.history.delete(id);
}

export function upsertGuild(guild) {
	for (const channel of guild.channels) channel.guild_id = guild.id;
	const at = state.guilds.findIndex((g) => g.id === guild.id);
	state.guilds[at < 0 ? state.guilds.length : at] = guild;
}

export const guildById = (id) => state.guilds.find((g) => g.id === id);
export const currentGuild = () => guildById(state.guildId);
export const channelsOf = (guild) => (guild ? orderedChannels(guild).flatMap((g) => g.channels).filter(isReadable) : []);
const allChannels = () => [...state.guilds.flatMap((g) => g.channels), ...state.conversations];
export const channelById = (id) => allChannels().find((c) => c.id === id) ?? null;
export const currentChannel = () => channelById(state.channelId);

/** "#general", "@name" for a conversation of two, or the bare name of a thread. */
export const placeName = (channel) => `${channel.type === DIRECT ? "@" : isThread(channel) ? "" : "#"}${channel.name}`;

export const roleById = (id) => state.guilds.flatMap((g) => g.roles).find((r) => r.id === id);

export const memberById = (id) =>
	[currentGuild(), ...state.guilds].flatMap((g) => g?.members ?? []).find((m) => m.user.id === id);

export const rolesIn = (guild) => (guild?.roles ?? []).filter((r) => r.id !== guild.id).sort((a, b) => b.position - a.position);

export const rolesOf = (member) => rolesIn(currentGuild()).filter((r) => member?.roles.includes(r.name));

export const roleColor = (role) => hex(role?.color);

export function colorOf(userId) {
	const member = currentGuild()?.members.find((m) => m.user.id === userId);
	if (member) return roleColor(rolesOf(member).find((r) => r.color));
	return state.people.find((p) => p.id === userId)?.color ?? null;
}

export const nameOf = (user) =>
	(user && (memberById(user.id)?.display_name ?? user.global_name ?? user.display_name ?? user.username)) || "unknown";

/** The channels of a guild in the order the list shows them. */
export function orderedChannels(guild) {
	const byPosition = (a, b) => (a.position ?? 0) - (b.position ?? 0) || compareIds(a.id, b.id);
	const all = [...guild.channels].sort(byPosition);
	const groups = [null, ...all.filter((c) => c.type === CATEGORY)].map((category) => ({ category, channels: [] }));
	const threads = all.filter((c) => isThread(c) && isListed(c)).sort((a, b) => compareIds(a.id, b.id));
	for (const channel of all) {
		if (channel.type === CATEGORY || isThread(channel)) continue;
		const group = groups.find((g) => g.category?.id === channel.parent_id) ?? groups[0];
		group.channels.push(channel, ...threads.filter((t) => t.parent_id === channel.id));
	}
	return groups.filter((g) => g.channels.length);
}

/** A thread that was put away is listed only while somebody looks at it. */
const isListed = (thread) => !thread.thread_metadata?.archived || thread.id === state.channelId;

export const mentionsIn = (channels = allChannels()) => channels.reduce((sum, c) => sum + c.simcord.mentions, 0);
export const isUnread = (channels = allChannels()) => channels.some((c) => c.simcord.unread > 0);

export function historyOf(channelId) {
	if (!state.history.has(channelId)) state.history.set(channelId, { list: [], loaded: false, complete: false });
	return state.history.get(channelId);
}

export function messageById(id) {
	for (const { list } of state.history.values()) {
		const found = list.find((m) => m.id === id);
		if (found) return found;
	}
	return null;
}

const KEPT = 50;

/** Puts a message in its place; says whether it was not known before. */
export function upsertMessage(message) {
	const history = historyOf(message.channel_id);
	const { list } = history;
	let end = list.length;
	while (end > 0 && compareIds(list[end - 1].id, message.id) > 0) end -= 1;
	const known = list[end - 1]?.id === message.id;
	if (known) list[end - 1] = message;
	else list.splice(end, 0, message);
	if (message.channel_id !== state.channelId) forgetOld(message.channel_id);
	return !known;
}

/** Lets go of old messages of a channel; they are read again when somebody wants them. */
export function forgetOld(channelId) {
	const history = state.history.get(channelId);
	if (!history || history.list.length <= KEPT) return;
	history.list = history.list.slice(-KEPT);
	history.complete = false;
}

export function removeMessage({ id, channel_id }) {
	const history = state.history.get(channel_id);
	if (history) history.list = history.list.filter((m) => m.id !== id);
}

/** The commands that can be used on a person (2) or on a message (3). */
export const menuCommands = (type) => state.commands.filter((command) => command.type === type);

/** Slash commands with their subcommands written out: `release start`. */
export function flatCommands() {
	const flat = [];
	const walk = (command, node, path) => {
		const subs = (node.options ?? []).filter((o) => o.type === 1 || o.type === 2);
		for (const sub of subs) walk(command, sub, `${path} ${sub.name}`);
		if (!subs.length) flat.push({ command, name: path, description: node.description ?? "", options: node.options ?? [] });
	};
	for (const command of state.commands) if (command.type === 1) walk(command, command, command.name);
	return flat.sort((a, b) => a.name.localeCompare(b.name));
}

export const commandNamed = (name) => flatCommands().find((c) => c.name === name);
