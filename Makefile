# What a developer types. `make demo` and `make test` need nothing but a Rust toolchain and either a Docker
# engine or a Debian machine on which one can be brought (tests/lab).

HOST := $(shell rustc -vV | sed -n 's/^host: //p')
BINARY := target/$(HOST)/release/wheelwright
ARCHIVE := target/wheelwright.tar

.PHONY: all binary image demo test bench lint clean-lab
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

# Every test, those on real engines included (tests/engines says on which).
test: image
	cargo test --locked
	tests/engines

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
