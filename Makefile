# The verbs of this repository. Everything installs what it needs from Debian's packages and says so.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
BUILD ?= .build

PACKAGES := libsqlite3-dev libcminpack-dev liblapacke-dev liblapack-dev libcrypt-dev libmodbus-dev libudev-dev zlib1g-dev pkg-config
TEST_PACKAGES := chromium curl fonts-dejavu-core libfaketime mount openssl gcc python3 python3-venv mbpoll umockdev gir1.2-umockdev-1.0 python3-gi
BENCH_PACKAGES := gcc python3 python3-venv time umockdev gir1.2-umockdev-1.0 python3-gi

# All but what is generated.
FORMATTED := $(filter-out Sources/SiLA2,$(wildcard Sources/*)) Tests Package.swift Fuzz/Sources/Fuzz Fuzz/Package.swift

.PHONY: help build demo test soak fuzz bench interop pictures format lint packages test-packages bench-packages clean

help: ## what one can ask for
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1	\2/' | expand -t 20

build: packages ## the release binary, .build/release/edge-agent
	swift build -c release --product edge-agent --static-swift-stdlib

demo: build ## a simulated lab serves seven requests; ends with a table and a plot
	.build/release/edge-agent demo

test: test-packages lint ## every test
	swift build --product edge-agentPackageTests
	swift build --product edge-agent
	swift test --skip-build --no-parallel
	Fuzz/run 2 1

soak: test-packages build ## experiments on reliability, at length; N=, SEED=, SITES=, SPEED= and ONLY=KillTests say what
	swift build --product edge-agentPackageTests
	SOAK=1 EDGE_AGENT_PROGRAM=$(CURDIR)/.build/release/edge-agent \
		swift test --skip-build --no-parallel --filter \
		'$(if $(ONLY),$(ONLY),ReliabilityTests|FullDisk|FailingDisk|DamageTests|JournalFileTests|DeliveryAnswer|LongOutage|UsbPlugTests|NoiseTests|LateAnswerTests|ModbusFaultTests|SiLALyingTests|StopOnWireTests|StopAtAnyTimeTests|EposStopTests)'

fuzz: packages ## every reader of bytes from outside; TARGET=, SECONDS= for each and SEED= say what
	Fuzz/run $(if $(SECONDS),$(SECONDS),60) $(if $(SEED),$(SEED),1) $(TARGET)

interop: test-packages ## the checks against independent peers alone
	swift build --product edge-agentPackageTests
	swift test --skip-build --filter Interop

PICTURES := transport-390 refused-390 run-390 held-1280 liquids-1280 result-1280 calibrations-1280

pictures: test-packages ## the pictures in docs/operator: pages that the tests in a browser have gone through
	@scripts/install-packages pngquant
	swift build --product edge-agentPackageTests
	swift build --product edge-agent
	swift test --skip-build --filter ShiftTests
	for page in $(PICTURES); do pngquant --force --speed 1 --output docs/operator/pictures/$$page.png 32 -- .tools/browser/pages/$$page.png; done

bench: bench-packages ## the measured figures, each beside a named peer
	Benchmarks/run

format: ## the sources as .swift-format says
	swift format --in-place --recursive --parallel $(FORMATTED)

lint: ## what format would change
	swift format lint --strict --recursive --parallel $(FORMATTED)

packages:
	@scripts/install-packages $(PACKAGES)

bench-packages: packages
	@scripts/install-packages $(BENCH_PACKAGES)

test-packages: packages
	@scripts/install-packages $(TEST_PACKAGES)

clean: ## removes what was built
	rm -rf .build .tools demo
