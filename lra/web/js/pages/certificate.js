// One certificate: what it is, how it stands, and its revocation. It reads the registry again until a revocation is public.
import { ask, look } from "../api.js";
import { plain, revocation, title } from "../certificate/plain.js";
import { revoke } from "../certificate/revoke.js";
import { show } from "../dom.js";
import { eventNames } from "../office.js";

const isAsked = (one) => one.revocationAskedAt !== undefined || one.status === "revoked";

export default async function certificate(room, at) {
	const path = `certificates/${encodeURIComponent(at.parameters.issuer)}/${encodeURIComponent(at.parameters.serial)}`;
	const mayRevoke = (one) => at.session.roles.includes("lraClerk") && one.lra === at.session.lra?.id && !isAsked(one);
	let shown;
	const draw = async (one) => {
		shown = one;
		show(room, title(one), plain(one), revocation(one, await eventNames()),
			mayRevoke(one) ? await revoke(one, at, async () => draw(await ask("GET", path))) : null);
	};
	await draw(await ask("GET", path));
	at.every(3, async () => {
		if (!isAsked(shown) || shown.publishedAt) return; // what is typed stays, and what is public does not change
		const now = await look(path);
		if (JSON.stringify(now) !== JSON.stringify(shown)) await draw(now);
	});
}
