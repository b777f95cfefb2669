# The five things to type. The work is done by CMake and the scripts in tools/.
.PHONY: build demo test test-all bench

build: ; tools/bootstrap demo && tools/build
demo: build ; build/release/bin/unisono demo
test: ; tools/bootstrap test && tools/test
test-all: ; tools/bootstrap test-all && tools/test-all
bench: ; tools/bootstrap test && tools/bench
