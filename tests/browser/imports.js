// Bulk import at the page (features 13 and 14): a file as a personnel office writes it, columns and what is in common, mended where it
// stands, signed by one touch, followed to its end. node imports.js COUNTER CEREMONY PICTURES ENROL FILE CODE
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { byPasskey, check, device, end, equal, hold, launch, person, shown, words } from "./browser.js";

const [counter, pictures, enrol, file, code] = process.argv.slice(2);
const browser = await launch();
const push = (page, label) => page.getByRole("button", { name: label, exact: true }).click();
const say = words.ja;
const { context, page, wrong } = await person(browser, counter, "", null, "ja");
const look = (what, language = "ja") => hold(page, `${what} ${language}`, wrong, `${pictures}/${what}-${language}.png`);
const row = (number) => page.locator(`tr[data-row="${number}"]`);

await device(context, page);
await byPasskey(page, say, { address: counter, name: "sato", code, vouch: () => execFileSync(enrol, ["sato"]) });
await shown(page, () => page.goto(`${counter}/?lang=ja#/imports`));
await look("imports");
await page.locator("#table").setInputFiles(file);
const digest = createHash("sha256").update(readFileSync(file)).digest("hex").toUpperCase();
await page.locator("#file-digest code").waitFor();
equal("13: the digest of the file is shown before it leaves", `SHA-256${digest}`, (await page.innerText("#file-digest")).replaceAll(/\s/g, ""));
await push(page, say.readFile);
await page.getByText(say.columnsAndCommon).waitFor();
check("13: the encoding and the heading were found, and the server has the same digest", (await page.innerText("main")).replaceAll(/\s/g, "").includes(`SHA-256${digest}`) &&
	(await page.innerText("main")).includes("CP932"), await page.innerText("main"));
equal("13: the columns are known by their headings", ["employeeNumber", "directoryName.commonName", "subject.surname", "subject.givenName", "mailboxes"],
	await page.locator("select[id^=column-]").evaluateAll((all) => all.map((one) => one.value).filter(Boolean)));
await page.locator("#state").fill("Tokyo");
await page.locator("#kanji").fill("株式会社みらい銀行");
await push(page, say.judgeAgain);
await row(3).waitFor();
await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 2);
await look("import");
await shown(page, () => page.locator('[data-language="en"]').click());
await look("import", "en");
await shown(page, () => page.locator('[data-language="ja"]').click());
check("13: a fault is told by its row and column with the value (R-LRA-07)", (await row(3).innerText()).includes("h.sato@mirai,example"), await row(3).innerText());
check("13: a personal number is not kept, and told", (await row(4).innerText()).includes("************"), await row(4).innerText());
await row(3).locator("input").fill("h.sato@mirai.example");
await row(3).getByRole("button", { name: say.mend }).click();
await row(3).waitFor({ state: "detached" });
check("13: mended where it stands, and only this row is judged again", await row(4).isVisible());
await push(page, say.enterAll);
await page.locator(".wrong p").first().waitFor();
check("13: all or nothing begins with nothing while a row is wrong", true);
await row(4).getByRole("button", { name: say.emptyCell }).click();
await row(4).waitFor({ state: "detached" });
check("8: the cell that held a personal number is emptied on the page, though its column is not used", true);
await push(page, say["enterGood"].replace("{count}", "5"));
await page.locator("pre.statement").waitFor();
check("14: what is signed is shown before", (await page.locator("pre.statement").innerText()).includes('"import"'), await page.locator("pre.statement").innerText());
await push(page, say.signByPasskey);
await page.locator(".title .badge", { hasText: say["import.done"] }).waitFor({ timeout: 30_000 });
check("14: signed by one touch and followed to its end without a click", true);
await shown(page, () => page.goto(`${counter}/?lang=ja#/import/1?state=made`));
equal("14: the rows that were entered lead to their cases", 5, await page.locator('tbody a[href^="#/case/"]').count());
await look("import-done");
await context.close();
await browser.close();
end();
