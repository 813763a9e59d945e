// The control API of simcord as functions, and its event stream.

/** The server understood and refused; the message is its own sentence. */
export class Refused extends Error {}

/** Nobody answered at all. */
export class Gone extends Error {}

async function call(path, init) {
	let response;
	try {
		response = await fetch(path, { cache: "no-store", ...init });
	} catch {
		throw new Gone("simcord does not answer.");
	}
	let body = null;
	try {
		body = await response.json();
	} catch {
		// An empty or foreign body is fine; the status decides.
	}
	if (!response.ok) throw new Refused(body?.error ?? `simcord answered ${response.status}.`);
	return body;
}

function get(path, query = {}) {
	const search = new URLSearchParams(Object.entries(query).filter(([, v]) => v != null));
	return call(search.size ? `${path}?${search}` : path);
}

function post(path, body) {
	return call(path, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(body),
	});
}

export const api = {
	people: () => get("/control/people"),
	view: (user) => get("/control/view", { user }),
	messages: (channel, user, limit, before) =>
		get(`/control/channels/${channel}/messages`, { user, limit, before }),
	pins: (channel, user) => get(`/control/channels/${channel}/pins`, { user }),
	errors: () => get("/control/errors"),
	clock: () => get("/control/clock"),

	slash: (user, channel, command, options) => post("/control/slash", { user, channel, command, options }),
	autocomplete: (user, channel, command, options, focused) =>
		post("/control/autocomplete", { user, channel, command, options, focused }),
	menu: (user, channel, command, target) => post("/control/menu", { user, channel, command, target }),
	click: (user, message, custom_id) => post("/control/click", { user, message, custom_id }),
	select: (user, message, custom_id, values) => post("/control/select", { user, message, custom_id, values }),
	modal: (user, modal, fields) => post("/control/modal", { user, modal, fields }),
	write: (user, channel, content) => post("/control/message", { user, channel, content }),
	read: (user, channel) => post("/control/read", { user, channel }),
	moveClock: (how) => post("/control/clock", how),
};

/** A call of the program that embeds simcord. */
export const callHost = (name, body = {}) => post(`/host/${encodeURIComponent(name)}`, body);

const EVENTS = ["hello", "message", "message_delete", "channel", "channel_delete", "guild", "ping", "commands", "clock", "host"];

/**
 * One person's event stream, which comes back by itself.
 *
 * The browser's own reconnecting gives up for good on an HTTP error, so the
 * retries are made here: quick at first, then every eight seconds.
 */
export class Stream {
	constructor(user, { onEvent, onState }) {
		this.user = user;
		this.onEvent = onEvent;
		this.onState = onState;
		this.failures = 0;
		this.open();
	}

	open() {
		this.source = new EventSource(`/control/events?user=${encodeURIComponent(this.user)}`);
		for (const name of EVENTS) {
			this.source.addEventListener(name, (event) => {
				if (name === "hello") {
					this.failures = 0;
					this.onState("open", 0);
				}
				this.onEvent(name, JSON.parse(event.data));
			});
		}
		this.source.onerror = () => {
			this.source.close();
			this.failures += 1;
			this.onState("lost", this.failures);
			const wait = Math.min(500 * 2 ** (this.failures - 1), 8000);
			this.timer = setTimeout(() => this.open(), wait);
		};
	}

	close() {
		clearTimeout(this.timer);
		this.source.close();
	}
}
