"""Does at the console what an operator does in a shift, in Debian's Chromium: enrols, answers a question on a phone,
refills a bottle and weighs a line at a desk, stops everything and releases it. Every page is checked by axe-core, in light and dark.

Usage: work_a_shift.py URL CODE FOLDER. Prints one JSON object; pictures of the pages go into the folder.
"""
import json
import re
import sys

from playwright.sync_api import expect, sync_playwright

from shift import DESK, PHONE, Shift


class WorkShift(Shift):
    def answer(self):
        question = self.page.locator("article.ask")
        expect(question).to_have_count(1, timeout=20000)
        self.look("question")
        question.get_by_role("button", name="resume").click()
        expect(self.page.get_by_role("status").first).to_contain_text("Your answer is noted")
        expect(self.page.locator("article.ask")).to_have_count(0)

    def refill(self, bottle, volume):
        self.open("/liquids")
        self.look("liquids")
        self.page.get_by_label(f"{bottle} now holds, in millilitres").fill(volume)
        self.page.get_by_role("button", name=f"Note the refill of {bottle}").click()
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        return self.page.locator("main").inner_text()

    def weigh_the_line(self):
        """What is weighed is what the tubing's table says, so that the weighing is passed."""
        self.open("/calibrations")
        self.page.get_by_text("Volume of the line to the vials").click()
        self.page.get_by_label("density of the solvent").fill("1,01")
        self.look("calibrations")
        self.page.get_by_role("button", name="Weigh the line").click()
        expect(self.page.get_by_role("status").first).to_contain_text("It has begun")
        table = float(re.search(r"([0-9.]+) mL by the tubing", self.page.locator("main").inner_text()).group(1))
        for vial, mass in [("empty", "10"), ("full", f"{10 + table * 1.01:.4f}")]:
            self.open("/")
            field = self.page.get_by_label(f"mass of the {vial} vial")
            field.fill(mass, timeout=60000)
            field.press("Enter")
            expect(self.page.get_by_role("status").first).to_contain_text("Your answer is noted")
        self.open("/calibrations")
        line = self.page.locator("#current .card").filter(has_text="Line volume of V7.0 to V10.0")
        expect(line.locator(".state")).to_have_text("valid", timeout=60000)
        self.look("calibrated")
        self.open("/")
        expect(self.page.get_by_text("No run is under way.")).to_be_visible(timeout=240000)

    def stop_and_release(self):
        self.open("/")
        self.page.get_by_role("button", name="Stop everything").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("topped")
        self.look("stopped")
        self.open("/")
        self.look("held")
        self.page.get_by_role("button", name="Let the lab work again").click()
        expect(self.page.get_by_role("status").first).to_contain_text("works again")


def main(url, code, folder):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        shift = WorkShift(browser, url, folder)
        shift.open("/")
        shift.look("sign-in")
        shift.enrol(code)
        shift.answer()
        shift.open("/runs")
        shift.look("runs")
        shift.page.locator("main a").first.click()
        expect(shift.page.get_by_role("heading", name="Steps")).to_be_visible()
        shift.look("run")
        # The run page follows the run by itself.
        expect(shift.page.locator("#run .state")).to_have_text("succeeded", timeout=240000)
        for name in ["devices", "results", "liquids"]:
            shift.open(f"/{name}")
            shift.look(name)
        shift.page.set_viewport_size(DESK)
        expect(shift.page.get_by_role("heading", name="Bottles")).to_be_visible()
        # Cleaning follows the run, and nobody refills meanwhile.
        shift.open("/")
        expect(shift.page.get_by_text("No run is under way.")).to_be_visible(timeout=240000)
        refilled = shift.refill("Reservoir6", "50")
        shift.open("/results")
        shift.look("results")
        shift.page.locator("main a").first.click()
        expect(shift.page.get_by_role("img", name="Nyquist").first).to_be_visible()
        shift.look("result")
        shift.weigh_the_line()
        shift.page.emulate_media(color_scheme="dark")
        for name in ["", "runs", "devices", "results", "liquids", "calibrations", "audit"]:
            shift.open(f"/{name}")
            shift.look(f"dark-{name or 'waiting'}")
        shift.page.emulate_media(color_scheme="light")
        shift.stop_and_release()
        shift.page.set_viewport_size(PHONE)
        for name in ["", "devices", "results", "calibrations"]:
            shift.open(f"/{name}")
            shift.look(name or "waiting")
        browser.close()
    print(json.dumps({"refilled": refilled, **shift.findings}))


main(*sys.argv[1:])
