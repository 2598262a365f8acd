# inkan: programs, checks, benchmarks. `make` builds, `make demo` shows, `make check` proves; README.md says more.
MAKEFLAGS += --no-builtin-rules
SHELL = /bin/bash

CC   = gcc
MODE = release
# Where objects go: one folder a compiler and mode, so that switching costs nothing.
B    = build/$(CC)-$(MODE)

LIBRARIES = openssl nettle libpq libconfig libmicrohttpd gnutls libcurl jansson libseccomp lmdb p11-kit-1 libutf8proc libidn2 libfido2 libcbor libarchive pangocairo pangofc harfbuzz fontconfig
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
# gcc cannot see that an out parameter is untouched only on failure, and that TRY returns then; clang checks this for us.
WARN_gcc = -Wno-maybe-uninitialized
MODE_release = -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong
MODE_check   = -O1 -DINKAN_TEST_CLOCK -DINKAN_FAULTS -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
MODE_fuzz    = -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS   = -std=c17 -g $(WARN) $(WARN_$(CC)) $(MODE_$(MODE)) -fPIE
CPPFLAGS = -D_GNU_SOURCE -I. $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
LDFLAGS  = $(MODE_$(MODE)) -pie -Wl,-z,relro,-z,now -Wl,--as-needed
LDLIBS   = $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null)

COMMON = $(wildcard common/*/*.c)
# A program: its own folder (and those named beside it) over common/, of which the linker takes what is used.
PROGRAMS = inkan inkan-lra inkan-paper inkan-notices inkan-subscriber inkan-ra inkan-ca inkan-signer inkan-lint inkan-status inkan-ceremony
inkan_SRC          = $(wildcard inkan.c)
inkan-lra_SRC      = $(wildcard lra/*.c) $(addprefix lra/paper/,job.c recipient.c sheet.c) lra/subscriber/phrase.c
inkan-paper_SRC    = $(filter-out %/job.c,$(wildcard lra/paper/*.c)) lra/pickup_code.c lra/seal.c
inkan-notices_SRC  = $(wildcard lra/notices/*.c) lra/key_file.c
inkan-subscriber_SRC = $(wildcard lra/subscriber/*.c) $(addprefix lra/,pickup_code.c seal.c throttle.c web_guard.c web_token.c)
inkan-ra_SRC       = $(wildcard ra/*.c)
inkan-ca_SRC       = $(wildcard ca/*.c) ca/signer/client.c ca/signer/message.c
inkan-signer_SRC   = $(wildcard ca/signer/*.c)
inkan-lint_SRC     = $(wildcard ca/lint/*.c)
inkan-status_SRC   = $(wildcard ca/status/*.c)
inkan-ceremony_SRC = $(wildcard ca/ceremony/*.c)

objects = $(patsubst %.c,$(B)/%.o,$(1))
OFFICES = $(filter-out %main.c inkan.c,$(foreach p,$(PROGRAMS),$($(p)_SRC)))
TESTS   = $(wildcard tests/*/test_*.c tests/*/*/test_*.c) $(wildcard tests/support/*.c) tests/check.c
ALL_C   = $(COMMON) $(sort $(foreach p,$(PROGRAMS),$($(p)_SRC))) $(TESTS) $(wildcard tests/*.c tests/fuzz/*.c tests/bench/*.c tests/flow/*.c)

.PHONY: all programs
all: programs
programs: $(foreach p,$(PROGRAMS),$(if $($(p)_SRC),$(B)/bin/$(p)))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  $(CC)  $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/libcommon.a: $(call objects,$(COMMON))
	@rm -f $@
	@ar rcs $@ $^

.SECONDEXPANSION:
$(foreach p,$(PROGRAMS),$(B)/bin/$(p)): $(B)/bin/%: $$(call objects,$$($$*_SRC)) $(B)/libcommon.a
	@mkdir -p $(@D)
	@echo "  link $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: libraries
libraries:
	@echo $(LIBRARIES)

# One test file alone, against whatever of common/ it needs: make one T=tests/common/pki/test_der.c
# (EXTRA: more sources to link, e.g. of an office; OBJECTS of common are made as the linker asks: see tests/one)
.PHONY: one
one:
	tests/one $(T) $(EXTRA)

$(B)/tests/run: $(call objects,tests/run.c $(TESTS) $(OFFICES)) $(B)/libcommon.a
	@mkdir -p $(@D)
	@echo "  link $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcunit

# A benchmark: one file of tests/bench with what it shares, and what it measures of the offices.
BENCHES = $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/bench_*.c))
$(BENCHES): $(B)/bench/%: $(call objects,tests/bench/%.c tests/bench/bench.c tests/bench/orders.c ca/signer/client.c ca/signer/message.c ca/crl_file.c ca/crl_follow.c \
		lra/paper/job.c lra/paper/recipient.c lra/paper/sheet.c) \
		$(B)/libcommon.a
	@mkdir -p $(@D)
	@echo "  link $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
.PHONY: benches
benches: $(BENCHES)

# Tools of the stories in tests/flow.
$(B)/flow/device: $(B)/tests/support/authenticator.o
$(B)/flow/%: $(B)/tests/flow/%.o $(B)/libcommon.a
	@mkdir -p $(@D)
	@echo "  link $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# ---- for people

.PHONY: setup demo stop check test bench fuzz format format-check layers trace analyze clean
setup:
	@tools/setup
demo: # everything from nothing: installs, builds, starts, and walks one subscriber through a whole life
	@demo/run start
	@demo/run walk
stop:
	@demo/run stop
check: # everything that must hold
	@tests/all
bench:
	@tools/setup
	@tests/bench/all
fuzz: # SECONDS for each parser, 600 unless told
	@tools/fuzz $(or $(SECONDS_EACH),600)

test: $(B)/tests/run
	@$(B)/tests/run $(T)

format:
	@clang-format -i $$(git ls-files '*.[ch]')
format-check:
	@clang-format --dry-run --Werror $$(git ls-files '*.[ch]')
layers:
	@tools/layers
trace:
	@tools/trace
analyze: # what cppcheck says that is true
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
		--suppress=nullPointerRedundantCheck -I. common lra ra ca inkan.c
clean:
	rm -rf build

-include $(patsubst %.c,$(B)/%.d,$(ALL_C))
