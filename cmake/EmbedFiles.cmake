# The script behind unisono_embed: OUTPUT, HEADER, NAMESPACE, FILES. Raw strings are cut into pieces that every compiler takes.
set(body)
set(entries)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  string(MAKE_C_IDENTIFIER "k_text_${name}" symbol)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND body "constexpr char ${symbol}[] = {${bytes}'\\0'};\n")
  string(APPEND entries "    {\"${name}\", {${symbol}, sizeof ${symbol} - 1}},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by cmake/EmbedFiles.cmake.
#include \"${HEADER}\"
namespace ${NAMESPACE} {
namespace {
${body}constexpr EmbeddedFile k_files[] = {
${entries}};
}  // namespace
std::span<const EmbeddedFile> embedded_files() { return k_files; }
}  // namespace ${NAMESPACE}
")
