# What a developer types. `make demo` and `make test` need nothing but a Rust toolchain and either a Docker
# engine or a Debian machine on which one can be brought (tests/lab).

HOST := $(shell rustc -vV | sed -n 's/^host: //p')
BINARY := target/$(HOST)/release/wheelwright
ARCHIVE := target/wheelwright.tar
# Targets that run at the same time do not share cargo's jobs: each cargo takes what the machine has.
unexport MAKEFLAGS MFLAGS

.PHONY: all binary image demo test test-host bench lint lab clean-lab
all: image

# Static, so that it runs in an image made FROM scratch. The target is named so that build scripts and
# procedural macros, which cannot be static, are built without the flag.
binary:
	RUSTFLAGS="-C target-feature=+crt-static" cargo build --locked --release --target $(HOST)

# The frontend image, made by the very binary that it holds.
image: binary
	$(BINARY) image --output $(ARCHIVE)

# Builds the example through its `# syntax=` line, starts it and prints what it answers.
demo: image
	tests/demo $(BINARY) $(ARCHIVE)

# Every test, those on real engines included (tests/engines says on which). The release build ends with minutes on
# one core: beside it the other tests run, and the lab gets its engine and images.
test:
	$(MAKE) --jobs=3 --output-sync=target image test-host lab
	tests/engines

# The tests that need no engine.
test-host:
	cargo test --locked

# What `tests/engines` needs before the first test.
lab:
	tests/engines --prepare

# Figures, in markdown: benches/README.md. ONLY picks some of them.
RUNS := 5
bench: image
	cargo bench --locked --bench figures -- "$(CURDIR)/$(BINARY)" "$(CURDIR)/$(ARCHIVE)" $(RUNS) $(ONLY)

lint:
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	tests/ruff

clean-lab:
	tests/lab/down --all
