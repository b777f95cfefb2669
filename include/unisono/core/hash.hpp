// Hashing: XXH3 for keys inside a run, SHA-256 for evidence.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace unisono {

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Hash128&) const = default;
};

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);  // XXH3-64
Hash128 hash128(std::string_view bytes);                               // XXH3-128
std::string hex(const Hash128& hash);                                  // 32 lower-case digits

using Sha256 = std::array<std::uint8_t, 32>;

std::string hex(std::span<const std::uint8_t> bytes);  // lower-case digits, two per byte
Sha256 sha256(std::string_view bytes);

// Incremental SHA-256 (OpenSSL EVP), for files that do not fit in memory.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;

  void update(std::string_view bytes);
  Sha256 finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace unisono
