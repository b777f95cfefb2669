#include "unisono/ingest/source.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "container.hpp"
#include "file_handle.hpp"
#include "unisono/core/memory.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_block = std::size_t{256} << 10;

using Archive = std::unique_ptr<archive, int (*)(archive*)>;

const char* name_of_filter(int code) {
  switch (code) {
    case ARCHIVE_FILTER_GZIP:
      return "gz";
    case ARCHIVE_FILTER_BZIP2:
      return "bz2";
    case ARCHIVE_FILTER_XZ:
      return "xz";
    case ARCHIVE_FILTER_ZSTD:
      return "zst";
    default:
      return "?";
  }
}

}  // namespace

// The bytes of the file as given: every byte passes here once, in order, and is hashed.
struct Source::Implementation {
  OpenedFile opened;
  SourceLimits limits;
  const Control* control = nullptr;
  std::string container = "plain";
  std::uint64_t given_bytes = 0;
  Sha256Stream hash;
  std::optional<Sha256> sha256;
  std::optional<Error> failure;  // of the operating system, while libarchive was reading
  std::vector<char> block;
  Archive archive_reader{nullptr, archive_read_free};
  std::unique_ptr<Member> member;
  bool delivered = false;

  Result<std::size_t> read_given(std::span<char> out) {
    UNISONO_CHECK(control->check_cancelled());
    UNISONO_TRY(const std::size_t got, opened.file.read(out, opened.name));
    hash.update({out.data(), got});
    given_bytes += got;
    return got;
  }
  Result<void> open_archive();
  static la_ssize_t on_archive_read(archive* reader, void* self, const void** bytes);
};

struct Member::Implementation {
  Source::Implementation* source = nullptr;
  std::optional<std::string> name;
  std::vector<char> peeked;
  std::size_t peeked_used = 0;
  std::string_view unpacked_block;  // libarchive's, not yet taken
  std::uint64_t unpacked = 0;
  std::uint64_t delivered = 0;
  bool ended = false;
  std::optional<Error> damage;
  Sha256Stream hash;
  std::optional<Sha256> sha256;

  bool is_plain() const { return source->archive_reader == nullptr; }
  Result<std::size_t> pull(std::span<char> out);
  Result<std::size_t> unpack(std::span<char> out);
  void note_damage(const char* reason, std::uint64_t at);
  Result<void> check_limits() const;
};

la_ssize_t Source::Implementation::on_archive_read(archive* reader, void* self, const void** bytes) {
  auto& source = *static_cast<Source::Implementation*>(self);
  const Result<std::size_t> got = source.read_given(source.block);
  if (!got) {
    source.failure = got.error();
    archive_set_error(reader, ARCHIVE_FATAL, "%s", got.error().message.c_str());
    return ARCHIVE_FATAL;
  }
  *bytes = source.block.data();
  return static_cast<la_ssize_t>(*got);
}

Result<void> Source::Implementation::open_archive() {
  archive_reader.reset(archive_read_new());
  archive* const reader = archive_reader.get();
  if (reader == nullptr) return fail(ErrorCode::memory, "no memory for a decompressor");
  // Only these: the other filters of libarchive start programs or read formats that no export has.
  archive_read_support_filter_gzip(reader);
  archive_read_support_filter_bzip2(reader);
  archive_read_support_filter_xz(reader);
  archive_read_support_filter_zstd(reader);
  archive_read_support_format_raw(reader);
  archive_read_support_format_empty(reader);
  block.resize(k_block);
  int status = archive_read_open(reader, this, nullptr, on_archive_read, nullptr);
  archive_entry* entry = nullptr;
  if (status == ARCHIVE_OK) status = archive_read_next_header(reader, &entry);
  if (failure) return fail(*failure);
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN && status != ARCHIVE_EOF) {
    const char* reason = archive_error_string(reader);
    return fail(ErrorCode::bad_input,
                fmt::format("{} begins like a {} file but cannot be decompressed: {}", opened.name, container,
                            reason == nullptr ? "unknown reason" : reason),
                "the file is cut or damaged; fetch it again");
  }
  const std::string wanted = std::exchange(container, {});
  const int filters = archive_filter_count(reader);
  int layers = 0;
  for (int i = filters - 1; i >= 0; --i) {  // the outermost is the last of libarchive's list
    const int code = archive_filter_code(reader, i);
    if (code == ARCHIVE_FILTER_NONE) continue;
    container += (container.empty() ? "" : "+") + std::string(name_of_filter(code));
    ++layers;
  }
  if (layers == 0) {
    return fail(ErrorCode::bad_input,
                fmt::format("{} begins like a {} file, but its header is not one", opened.name, wanted),
                "the file is damaged; fetch it again");
  }
  if (layers > limits.max_nesting) {
    return fail(ErrorCode::too_large,
                fmt::format("{} is compressed {} times over ({}); at most {} are unpacked", opened.name, layers,
                            container, limits.max_nesting),
                "unpack it by hand if this is meant");
  }
  return {};
}

Result<void> Member::Implementation::check_limits() const {
  const SourceLimits& limits = source->limits;
  if (unpacked > limits.max_unpacked) {
    return fail(ErrorCode::too_large,
                fmt::format("{} unpacks to more than {} bytes ({} so far); the limit is {} ({})", source->opened.name,
                            limits.max_unpacked, unpacked, limits.max_unpacked, format_bytes(limits.max_unpacked)),
                "raise --max-unpacked if this is meant");
  }
  const std::uint64_t packed = std::max<std::uint64_t>(source->given_bytes, 1);
  if (!is_plain() && unpacked > limits.ratio_floor && unpacked / packed > limits.max_ratio) {
    return fail(ErrorCode::too_large,
                fmt::format("{} unpacks to {} bytes from {}, more than {} to 1: it is taken for a decompression bomb",
                            source->opened.name, unpacked, packed, limits.max_ratio),
                "unpack it by hand and give the unpacked file if this is meant");
  }
  return {};
}

Result<std::size_t> Member::Implementation::unpack(std::span<char> out) {
  // Block by block: archive_read_data() would throw away what it had copied when it meets damage.
  archive* const reader = source->archive_reader.get();
  std::size_t got = 0;
  while (got < out.size()) {
    if (!unpacked_block.empty()) {
      const std::size_t n = std::min(out.size() - got, unpacked_block.size());
      std::memcpy(out.data() + got, unpacked_block.data(), n);
      unpacked_block.remove_prefix(n);
      got += n;
      continue;
    }
    UNISONO_CHECK(source->control->check_cancelled());
    const void* bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int status = archive_read_data_block(reader, &bytes, &size, &offset);
    if (source->failure) return fail(*source->failure);
    if (status == ARCHIVE_RETRY) continue;
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
      note_damage(archive_error_string(reader), unpacked + got);
      break;
    }
    unpacked_block = {static_cast<const char*>(bytes), size};
  }
  return got;
}

void Member::Implementation::note_damage(const char* reason, std::uint64_t at) {
  damage = Error{ErrorCode::bad_input,
                 fmt::format("{} ends early or is damaged: {} bytes could be decompressed ({})", source->opened.name,
                             at, reason == nullptr ? "unknown reason" : reason),
                 "what stands before the damage was read; fetch the file again for the rest",
                 source->opened.name,
                 {},
                 at};
}

// New bytes of the member, hashed and counted.
Result<std::size_t> Member::Implementation::pull(std::span<char> out) {
  std::size_t got = 0;
  while (!ended && got < out.size()) {
    const std::span<char> part = out.subspan(got, std::min<std::size_t>(out.size() - got, std::size_t{4} << 20));
    std::size_t n = 0;
    if (is_plain()) {
      UNISONO_TRY(n, source->read_given(part));
    } else {
      UNISONO_TRY(n, unpack(part));
      hash.update({part.data(), n});  // of a plain file this is the hash of the file
    }
    ended = n < part.size();
    got += n;
    unpacked += n;
    UNISONO_CHECK(check_limits());
  }
  return got;
}

Member::Member(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Member::~Member() = default;

const std::optional<std::string>& Member::name() const {
  return implementation_->name;
}
std::uint64_t Member::bytes() const {
  return implementation_->delivered;
}
const std::optional<Error>& Member::damage() const {
  return implementation_->damage;
}

Result<std::string_view> Member::peek(std::size_t bytes) {
  Implementation& self = *implementation_;
  const std::size_t have = self.peeked.size();
  if (have < bytes && !self.ended) {
    // A small plain file does not need a large buffer; one byte more than it has shows its end.
    const std::uint64_t whole = self.is_plain() ? self.source->opened.bytes + 1 : bytes;
    self.peeked.resize(std::max<std::size_t>(have, static_cast<std::size_t>(std::min<std::uint64_t>(bytes, whole))));
    UNISONO_TRY(const std::size_t got, self.pull(std::span<char>(self.peeked).subspan(have)));
    self.peeked.resize(have + got);
  }
  return std::string_view(self.peeked.data(), std::min(bytes, self.peeked.size()));
}

Result<std::size_t> Member::read(std::span<char> out) {
  Implementation& self = *implementation_;
  std::size_t got = 0;
  if (self.peeked_used < self.peeked.size()) {
    got = std::min(out.size(), self.peeked.size() - self.peeked_used);
    std::memcpy(out.data(), self.peeked.data() + self.peeked_used, got);
    self.peeked_used += got;
    if (self.peeked_used == self.peeked.size()) {
      std::vector<char>().swap(self.peeked);
      self.peeked_used = 0;
    }
  }
  UNISONO_TRY(const std::size_t more, self.pull(out.subspan(got)));
  self.delivered += got + more;
  return got + more;
}

Result<Sha256> Member::sha256() {
  Implementation& self = *implementation_;
  std::vector<char> rest(self.ended ? 0 : k_block);
  while (!self.ended) {
    UNISONO_CHECK(self.pull(rest));
  }
  if (self.is_plain()) {
    if (!self.source->sha256) self.source->sha256 = self.source->hash.finish();
    return *self.source->sha256;
  }
  if (!self.sha256) self.sha256 = self.hash.finish();
  return *self.sha256;
}

Source::Source(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Source::Source(Source&&) noexcept = default;
Source& Source::operator=(Source&&) noexcept = default;
Source::~Source() = default;

const std::string& Source::name() const {
  return implementation_->opened.name;
}
const std::string& Source::container() const {
  return implementation_->container;
}
std::uint64_t Source::bytes() const {
  return implementation_->opened.bytes;
}
std::uint64_t Source::bytes_read() const {
  return implementation_->given_bytes;
}

Result<Member*> Source::next_member() {
  if (implementation_->delivered) return nullptr;
  implementation_->delivered = true;
  return implementation_->member.get();
}

Result<Sha256> Source::finish() {
  Implementation& self = *implementation_;
  if (self.sha256) return *self.sha256;
  if (self.archive_reader == nullptr) return self.member->sha256();
  self.block.resize(k_block);
  while (true) {
    UNISONO_TRY(const std::size_t got, self.read_given(self.block));
    if (got == 0) break;
  }
  self.sha256 = self.hash.finish();
  return *self.sha256;
}

Result<Source> open_source(const std::string& path, const SourceLimits& limits, const Control& control) {
  auto implementation = std::make_unique<Source::Implementation>();
  Source::Implementation& self = *implementation;
  UNISONO_TRY(self.opened, open_for_reading(path, limits.max_unpacked, control));
  self.limits = limits;
  self.control = &control;

  auto member = std::make_unique<Member::Implementation>();
  member->source = &self;
  self.member =
      std::unique_ptr<Member>(new Member(std::move(member)));  // NOLINT(cppcoreguidelines-owning-memory): private

  UNISONO_TRY(const std::string first, self.opened.file.first_bytes(k_magic_bytes, self.opened.name));
  UNISONO_CHECK(refuse_unread_formats(first, self.opened.name));
  if (const auto compression = compression_of(first)) {
    self.container = *compression;
    UNISONO_CHECK(self.open_archive());
    UNISONO_TRY(const std::string_view unpacked, self.member->peek(k_magic_bytes));
    const std::optional<Error>& damage = self.member->damage();
    if (unpacked.empty() && damage) return fail(*damage);
    UNISONO_CHECK(refuse_unread_formats(unpacked, "what is inside " + self.opened.name));
  }
  return Source(std::move(implementation));
}

Result<Sha256> hash_file(const std::string& path, const Control& control) {
  UNISONO_TRY(const OpenedFile opened, open_for_reading(path, SourceLimits{}.max_unpacked, control));
  Sha256Stream hash;
  std::vector<char> block(std::size_t{1} << 20);
  while (true) {
    UNISONO_CHECK(control.check_cancelled());
    UNISONO_TRY(const std::size_t got, opened.file.read(block, opened.name));
    if (got == 0) return hash.finish();
    hash.update({block.data(), got});
  }
}

}  // namespace unisono::ingest
