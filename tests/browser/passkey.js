// The counter by passkey alone, with a device of Chromium's own: registered by a code, vouched for by two administrators, then
// login, verification and approval each by one touch. node passkey.js ADDRESS PICTURES ENROL FILES; standard input:
// {"receipt": a case with its evidence, "people": {"sato": code, "kobayashi": code}}. ENROL PERSON: the administrators sign.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { check, choose, device, end, equal, hold, launch, person, press, reach, shown, words } from "./browser.js";

const [address, pictures, enrol, files] = process.argv.slice(2);
const { receipt, people } = JSON.parse(readFileSync(0, "utf8"));
const browser = await launch();

// The same page in the other language, and back.
async function inOther(page, other, wrong, what) {
	const turn = (language) => shown(page, () => page.locator(`[data-language="${language}"]`).click());
	await turn(other);
	await hold(page, `${what} ${other}`, wrong, `${pictures}/${what}-${other}.png`);
	await turn(other === "ja" ? "en" : "ja");
}

// A paper whose digest the page, the disk and the registry agree about (feature 7).
async function paper(page, say, kind, date, file) {
	await choose(page, page.locator("#kind"), kind);
	await page.locator("#file").setInputFiles(file);
	const onDisk = createHash("sha256").update(readFileSync(file)).digest("hex");
	await page.locator("#file-digest", { hasText: "SHA-256" }).waitFor();
	equal(`${kind}: the page's digest is that of the file on disk (feature 7)`, onDisk.toUpperCase(), (await page.innerText("#file-digest code")).replace("SHA-256", "").replaceAll(" ", ""));
	await reach(page, page.locator(kind === "driverLicence" ? "#validUntil" : "#issuedOn"));
	await page.keyboard.insertText(date);
	for (const box of await page.locator("fieldset.compare input").all()) await press(page, box, "Space");
	await shown(page, () => press(page, page.getByRole("button", { name: say.recordPaper })));
	check(`${kind}: sealed`, (await page.innerText("[aria-labelledby=papers] .cards")).toLowerCase().includes(onDisk.slice(0, 4)) && await page.locator("[aria-labelledby=papers] .cards .badge.good").count() > 0, await page.innerText("[aria-labelledby=papers] .cards"));
}

const dates = [["S55.3.1", "1980-03-01", "昭和55年3月1日"], ["昭和５５年３月１日", "1980-03-01", "昭和55年3月1日"], ["19800301", "1980-03-01", "昭和55年3月1日"],
	["1980-03-01", "1980-03-01", "昭和55年3月1日"], ["昭和64年1月8日", "1989-01-08", "平成元年1月8日"], ["平成36年8月22日", "2024-08-22", "令和6年8月22日"],
	["H47.12.31", "2035-12-31", "令和17年12月31日"]];

// Feature 6: what may be chosen, how and with which dates, is what the rules of today say; here others than those of the demonstration.
async function byRules(page) {
	const document = { name: "P", nameJa: "P", photo: true, counts: 1, needsIssuedOn: true, needsValidUntil: true, proves: ["surname"] };
	await page.route("**/v1/identity-rules", (route) => route.fulfill({ json: { rules: "R-9", from: "2026-01-01", sha256: "", needed: 2, documents: [
		{ ...document, kind: "passport", methods: ["chip"] }, { ...document, kind: "driverLicence", methods: ["original"], until: "2026-01-31" }] } }));
	await shown(page, () => page.reload());
	equal("verify: only papers that the rules allow today (feature 6)", ["passport"], await page.locator("#kind option").evaluateAll((all) => all.map((one) => one.value)));
	equal("verify: by their methods, with their dates (feature 6)", ["chip", 1, 1],
		[await page.locator("#method").inputValue(), await page.locator("#issuedOn").count(), await page.locator("#validUntil").count()]);
	check("verify: the rules are named (feature 6)", (await page.innerText("main")).includes("R-9"));
	await page.unroute("**/v1/identity-rules");
	await shown(page, () => page.reload());
}

async function verify(page, say, look) {
	await shown(page, () => press(page, page.getByRole("link", { name: say["do.verify"], exact: true })));
	await look("verify-begin");
	await byRules(page);
	check("verify: nothing is signed while a line is not shown by a paper (feature 6)", await page.getByRole("button", { name: say.readStatement }).count() === 0);
	await page.locator("#file").setInputFiles(`${files}/front.jpg`);
	for (const [typed, iso, era] of dates) { // feature 37
		await page.locator("#validUntil").fill(typed);
		const echo = await page.innerText("#validUntil-echo");
		check(`date: ${typed} is ${iso}, ${era}`, echo.includes(iso) && echo.includes(era), echo);
	}
	await page.locator("#proves-surname").check();
	await page.getByRole("button", { name: say.recordPaper }).click();
	await page.getByText(say["check.noPersonalNumber"]).nth(1).waitFor();
	check("verify: what was not confirmed is named, and nothing is sent (feature 8)", true);
	await look("verify-checks");
	await page.waitForTimeout(2200);
	await shown(page, () => page.reload());
	equal("verify: what was typed is back after the page was lost, but the file (feature 4)", ["H47.12.31", true], [await page.locator("#validUntil").inputValue(), await page.locator("#proves-surname").isChecked()]);
	await page.locator("#validUntil").fill("");
	await choose(page, page.locator("#kind"), "mailControl");
	await paper(page, say, "driverLicence", "2035-12-31", `${files}/front.jpg`);
	await paper(page, say, "corporateRegister", new Date().toISOString().slice(0, 10), `${files}/register.pdf`);
	await paper(page, say, "mailControl", new Date().toISOString().slice(0, 10), `${files}/mail.pdf`);
	await page.getByText(say.allShown).waitFor();
	await look("verify-complete");
}

async function sign(page, say, kind) {
	if (kind === "approve") await press(page, page.locator("details.deed summary", { hasText: say[`do.${kind}`] }));
	await press(page, page.getByRole("button", { name: say.readStatement }));
	await page.locator("pre.statement").waitFor();
}

async function day(name, language, kind, state) {
	const say = words[language];
	const { context, page, wrong } = await person(browser, address, "", null, language);
	const verified = await device(context, page);
	const look = (what) => hold(page, `${what} ${language}`, wrong, `${pictures}/${what}-${language}.png`);
	const push = (key) => press(page, page.getByRole("button", { name: say[key], exact: true })); // by keys alone: feature 3
	await shown(page, () => page.goto(`${address}/?lang=${language}`));
	await look("door");
	await push("login.passkey");
	await page.getByText(say.untouched).waitFor();
	check(`${name}: a device without a passkey opens nothing, and the page says so`, true);

	await shown(page, () => page.getByRole("link", { name: say.enrol }).click());
	await page.getByLabel(say.enrolPerson).fill(name);
	await page.getByLabel(say.enrolCode).fill("00000-00000-00000-00000");
	await push("enrolMake");
	await page.locator(".wrong", { hasText: "ref " }).waitFor();
	equal(`${name}: a wrong code is refused, and what was typed is there`, name, await page.getByLabel(say.enrolPerson).inputValue());
	await page.getByLabel(say.enrolCode).fill(people[name]);
	await push("enrolMake");
	await page.getByText(say.enrolled).waitFor();
	await look("enrolled");
	await shown(page, () => page.getByRole("link", { name: say.toLogin }).click());
	await push("login.passkey");
	await page.locator(".wrong", { hasText: "ref " }).waitFor();
	check(`${name}: before the administrators signed it opens nothing`, true);
	execFileSync(enrol, [name], { stdio: "inherit" });
	await shown(page, () => push("login.passkey"));
	check(`${name}: logged in`, await page.getByRole("button", { name: say.logout }).isVisible());

	check(`${name}: whoever has one passkey is reminded of a second (feature 20)`, await page.getByText(say.onePasskey).isVisible());

	await shown(page, () => page.goto(`${address}/?lang=${language}#/case/${receipt}`));
	await context.clearCookies();
	await push("take");
	await page.locator("dialog.person[open]").waitFor();
	await look("session-ended");
	await shown(page, () => press(page, page.locator("dialog.person button.primary")));
	await page.getByRole("button", { name: say.giveBack, exact: true }).waitFor();
	check(`${name}: after a lost session, the login in a dialog and the deed goes on (feature 4)`, true);
	if (kind === "identify") await verify(page, say, look);
	else check(`${name}: the approval page shows what changed since the first version (feature 11)`, (await page.innerText(".difference")).includes("n300003@mirai.example"), await page.innerText("main"));
	if (kind === "approve") await look("approve");
	for (const other of ["ja", "en"].filter((one) => one !== language)) await inOther(page, other, wrong, kind === "identify" ? "verify-complete" : "approve");
	await sign(page, say, kind);
	check(`${name}: the statement names the case`, (await page.innerText("pre.statement")).includes(receipt), await page.innerText("pre.statement"));
	await look(`statement-${kind}`);
	await verified(false);
	await push("signByPasskey");
	await page.getByText(say.untouched).waitFor();
	check(`${name}: a device that does not know its person signs nothing`, true);
	await verified(true);
	await push("signByPasskey");
	await page.getByText(say[`done.${kind}`]).waitFor();
	/* The RA may have answered before the page did. */
	const states = state === "submitted" ? ["submitted", "verified"] : [state], title = await page.innerText(".title");
	check(`${name}: the case is where it belongs`, states.some((one) => title.includes(say[`state.${one}`])), title);
	await look(`decided-${kind}`);
	await shown(page, () => push("logout"));
	check(`${name}: logged out`, (await page.innerText("body")).includes(say.nobody), await page.content());
	await context.close();
}

await day("sato", "ja", "identify", "identified");
await day("kobayashi", "en", "approve", "submitted");
await browser.close();
end();
