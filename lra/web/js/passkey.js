// Passkeys: what the clerk's device answers, in the shape of the API. Bytes travel as base64.
import { ask } from "./api.js";

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const named = (credentials) => credentials.map((one) => ({ ...one, id: bytes(one.id) }));

async function touch(purpose) {
	const { challenge, allowCredentials, ...options } = await ask("POST", "session/options", purpose);
	const { rawId, response } = await navigator.credentials.get({
		publicKey: { ...options, challenge: bytes(challenge), allowCredentials: named(allowCredentials) } });
	return { challenge, said: { // in this order: a decision is signed over these very letters
		authenticatorData: base64(response.authenticatorData), clientDataJSON: base64(response.clientDataJSON),
		credential: base64(rawId), signature: base64(response.signature) } };
}

export async function login() {
	const { challenge, said } = await touch({ purpose: "login" });
	return ask("POST", "session", { challenge, ...said });
}

export async function stepUp() {
	const { challenge, said } = await touch({ purpose: "stepUp" });
	return ask("POST", "session/step-up", { challenge, ...said });
}

// One touch signs the hash of exactly these bytes.
export async function sign(statement) {
	const { said } = await touch({ purpose: "decision", statement });
	return { form: "passkey", statement, signature: btoa(JSON.stringify(said)) };
}
export const decide = async (path, statement) => ask("POST", path, await sign(statement));

export async function register(person, code) {
	const options = await ask("POST", "registrations/options", { person, code });
	const { response } = await navigator.credentials.create({ publicKey: {
		challenge: bytes(options.challenge), rp: { id: options.rpId, name: options.rpId },
		user: { id: new TextEncoder().encode(options.person), name: options.person, displayName: options.name },
		pubKeyCredParams: options.pubKeyCredParams, excludeCredentials: named(options.excludeCredentials),
		authenticatorSelection: { residentKey: "required", userVerification: "required" }, attestation: "none" } });
	return ask("POST", "registrations", { person, code,
		clientDataJSON: base64(response.clientDataJSON), attestationObject: base64(response.attestationObject) });
}
