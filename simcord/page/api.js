// The control API of simcord, played as one person, and its event stream.

/** Nobody answered at all; whatever else fails does so with the server's own sentence. */
export class Gone extends Error {}

let me = null;
export const playAs = (user) => (me = user);

async function call(path, init) {
	let response;
	try {
		response = await fetch(path, { cache: "no-store", ...init });
	} catch {
		throw new Gone("simcord does not answer.");
	}
	const body = await response.json().catch(() => null);
	if (!response.ok) throw new Error(body?.error ?? `simcord answered ${response.status}.`);
	return body;
}

const post = (path, body) =>
	call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

const address = (path, query) => `/control/${path}?${new URLSearchParams({ user: me, ...query })}`;

/** `ask("channels/1/pins")`: what this person sees, or somebody else with `{user}`. */
export const ask = (path, query) => call(address(path, query));

/** `act("click", {message, custom_id})`: this person does something. */
export const act = (what, body) => post(`/control/${what}`, { user: me, ...body });

/** Answers with the file as it can be given away from now on. */
export const upload = (file) =>
	call(address("file", { name: file.name }), { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file });

export const moveClock = (how) => post("/control/clock", how);

/** A call of the program that embeds simcord. */
export const callHost = (name, body = {}) => post(`/host/${encodeURIComponent(name)}`, body);

/**
 * This person's event stream, which comes back by itself; answers with how to close it.
 *
 * The browser's own reconnecting gives up for good on an HTTP error, so the
 * retries are made here: quick at first, then every eight seconds.
 */
export function listen(handlers, onState) {
	let failures = 0;
	let source;
	let timer;
	function open() {
		source = new EventSource(address("events"));
		for (const [name, handle] of Object.entries(handlers)) {
			source.addEventListener(name, (event) => {
				if (name === "hello") onState((failures = 0));
				handle(JSON.parse(event.data));
			});
		}
		source.onerror = () => {
			source.close();
			timer = setTimeout(open, Math.min(500 * 2 ** failures, 8000));
			onState((failures += 1));
		};
	}
	open();
	return () => {
		clearTimeout(timer);
		source.close();
	};
}
