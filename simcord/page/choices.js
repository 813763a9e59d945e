// People, roles and channels as rows of a list: for selects, options of commands, and names in the message box.

import { h } from "./dom.js";
import { avatar } from "./message.js";
import { currentGuild, isReadable, nameOf, orderedChannels, placeName, roleColor, rolesIn } from "./state.js";

export const people = () => (currentGuild()?.members ?? []).map((m) => ({
	label: nameOf(m.user), value: m.user.id, description: m.user.username, picture: avatar(m.user, "small"), kind: "user",
}));

export const roles = () => rolesIn(currentGuild()).map((r) => ({
	label: r.name, value: r.id, picture: h("span.dot", { vars: { "--c": roleColor(r) } }), kind: "role",
}));

/** The channels that a person sees, of these types or of those that hold messages. */
export function channels(types) {
	const guild = currentGuild();
	const all = guild ? orderedChannels(guild).flatMap((g) => [g.category, ...g.channels].filter(Boolean)) : [];
	return all.filter((c) => (types?.length ? types.includes(c.type) : isReadable(c)))
		.map((c) => ({ label: c.type === 4 ? c.name : placeName(c), value: c.id, kind: "channel" }));
}

/** The rows whose words begin like what was typed, then those that have it anywhere. */
export function fitting(rows, typed) {
	const words = typed.trim().replace(/^[@#]/, "").toLowerCase();
	const text = (row) => `${row.label} ${row.description ?? ""}`.toLowerCase().replace(/^[@#]/, "");
	const begins = (row) => Number(!text(row).startsWith(words));
	return rows.filter((row) => text(row).includes(words)).sort((a, b) => begins(a) - begins(b));
}
