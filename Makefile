# Everything a developer runs. The work is in scripts/.

.DEFAULT_GOAL := help
.PHONY: help build python demo test lint fmt bench bench-restore bench-s3 fuzz corpus servers

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## The optimised program: target/release/dumpstream
	@scripts/setup.sh build
	cargo build --release -p dumpstream-cli

python: ## The Python package's wheel: target/wheels (WHEEL=manylinux makes one for other machines, by zig)
	@scripts/wheel.sh "$(or $(WHEEL),here)"

demo: ## Restores a real dump into a throwaway server and checks the result
	@scripts/setup.sh demo
	@scripts/demo.sh

test: ## Installs what the tests need and runs them all (ARGS= goes to the runner)
	@scripts/setup.sh test
	@scripts/test.sh $(ARGS)

lint: ## Format, clippy, dependencies, scripts
	@scripts/lint.sh

fmt: ## Formats the code
	cargo fmt --all

bench: ## Criterion benches, a stage each and the whole (ARGS= chooses)
	cargo bench --workspace --benches $(if $(ARGS),-- $(ARGS))

bench-restore: ## dumpstream against the plain client: make bench-restore DUMP=file [SERVER=mysql] [PAIRS=3]
	@cargo build --quiet --release --bins -p dumpstream-cli -p dumpstream-tests
	@target/release/bench-restore "$(DUMP)" --server "$(or $(SERVER),mariadb)" --pairs "$(or $(PAIRS),3)"

bench-s3: ## dumpstream verify and aws s3 cp against nginx: make bench-s3 [MIB=4096]; needs nginx
	@cargo build --quiet --release -p dumpstream-cli
	@scripts/bench-s3.sh "$(or $(MIB),4096)"

fuzz: ## Fuzzes one target for a while: make fuzz TARGET=cut SECONDS=60
	@scripts/fuzz.sh "$(TARGET)" "$(or $(SECONDS),60)"

corpus: ## Compares with the plain client on a folder of dumps (ARGS="--filter x --server mysql"; ARGS=--help)
	@cargo build --quiet --bins -p dumpstream-cli -p dumpstream-tests
	@target/debug/corpus $(ARGS)

servers: ## Unpacks MySQL and MariaDB 11.8 into .cache/servers
	@scripts/get-server.sh mysql
	@scripts/get-server.sh mariadb
