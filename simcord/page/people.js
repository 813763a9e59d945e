// Who is looking: the people switch, and the members of the server.

import { $, fill, h, icon } from "./dom.js";
import { api } from "./api.js";
import { useOnPerson } from "./actions.js";
import { avatar, appsButton, appTag, authorName } from "./message.js";
import { closePopup, openPopup } from "./menu.js";
import { currentGuild, emit, nameOf, on, rolesOf, memberById, personCommands, state } from "./state.js";

export function startPeople() {
	on("world", () => {
		drawMe();
		drawMembers();
	});
	on("channel", () => {
		drawMe();
		drawMembers();
	});
}

const roleNames = (id) => rolesOf(memberById(id)).map((r) => r.name).join(", ");

function drawMe() {
	const me = state.me;
	if (!me) return;
	const had = $("me").contains(document.activeElement);
	fill($("me"), h("button#switch", {
		type: "button",
		"aria-haspopup": "dialog",
		"aria-label": `You are ${nameOf(me)}. Switch to another person`,
		title: "Switch to another person",
		onclick: (event) => openSwitch(event.currentTarget),
	}, avatar(me), h("span.grow", authorName(me), h("span.dim", roleNames(me.id) || `@${me.username}`)), icon("up")));
	if (had) $("switch").focus();
}

export const pageOf = (person) => `?as=${encodeURIComponent(person.username)}`;

function openSwitch(anchor) {
	const rows = state.people.map((person) => {
		const mine = person.id === state.me.id;
		const count = h("span.badge", { hidden: true });
		// Each person's own view tells how often they have been called.
		api.view(person.id).then((view) => {
			const sum = [...view.guilds.flatMap((g) => g.channels), ...view.conversations].reduce((n, c) => n + (c.simcord?.mentions ?? 0), 0);
			count.textContent = sum;
			count.hidden = sum === 0;
			count.setAttribute("aria-label", `${sum} mentions`);
		}).catch(() => {});
		const roles = (person.guilds ?? []).flatMap((g) => g.roles).filter((name, i, all) => name !== "@everyone" && all.indexOf(name) === i);
		return h("div.person-row",
			h("button.person", {
				type: "button",
				"aria-current": mine ? "true" : null,
				onclick: () => {
					closePopup(true);
					if (!mine) emit("become", person);
				},
			}, avatar(person), h("span.grow", authorName(person), h("span.dim", roles.join(", ") || `@${person.username}`)), count, mine && icon("check")),
			h("a.icon-button", { href: pageOf(person), target: "_blank", rel: "noopener", "aria-label": `Open a tab as ${nameOf(person)}`, title: "Open in another tab" }, icon("out")));
	});
	const box = openPopup(anchor, [h("h3", "Look through the eyes of"), h("div.people", rows)],
		{ side: "above", className: "people-popup", label: "Switch to another person", width: 300 });
	if (!box) return;
	const buttons = [...box.querySelectorAll(".person")];
	box.addEventListener("keydown", (event) => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (!step) return;
		event.preventDefault();
		const at = buttons.indexOf(document.activeElement);
		buttons[(at + step + buttons.length) % buttons.length].focus();
	});
	(buttons.find((b) => b.hasAttribute("aria-current")) ?? buttons[0])?.focus();
}

/** Members below their highest role that is shown apart, as the guild ranks them. */
function drawMembers() {
	const guild = currentGuild();
	const pane = $("members");
	if (!guild) return fill(pane);
	const anyHoisted = guild.roles.some((r) => r.hoist);
	const groups = new Map();
	for (const member of guild.members) {
		const role = rolesOf(member, guild).find((r) => (anyHoisted ? r.hoist : !r.managed)) ?? null;
		const key = role?.id ?? "";
		if (!groups.has(key)) groups.set(key, { role, members: [] });
		groups.get(key).members.push(member);
	}
	const ordered = [...groups.values()].sort((a, b) => (b.role?.position ?? -1) - (a.role?.position ?? -1));
	fill(pane, ordered.map(({ role, members }) => h("section",
		h("h3", role?.name ?? "Members", ` — ${members.length}`),
		h("ul", members.sort((a, b) => nameOf(a.user).localeCompare(nameOf(b.user))).map((m) => h("li", memberButton(m), memberApps(m)))))));
}

/** What can be used on a person; without a channel the answer would have no place. */
function memberApps(member) {
	const apps = personCommands();
	const channel = state.channelId;
	if (!apps.length || !channel) return null;
	const label = `Apps for ${nameOf(member.user)}`;
	return appsButton(member.user.id, label, apps, (name) => useOnPerson(channel, member.user.id, name));
}

function memberButton(member) {
	return h("button.member", {
		type: "button",
		title: `@${member.user.username}: press to mention`,
		onclick: () => emit("mention", member),
	}, avatar(member.user), h("span.grow", authorName(member.user)), member.user.bot && appTag());
}
