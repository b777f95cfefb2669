// Permuted copies of a channel: the same data with one cause of coordination taken out, for `calibrate`.
// Docs: docs/network/calibrate.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

enum class Permutation : std::uint8_t { bins, within, habit, fastball };

const char* name_of(Permutation permutation);  // "bins", "within", "habit", "fastball"

// `bins`    The contents of the posts of every hour (UTC) are exchanged; the content of a post is the set of its
//           objects. Kept: accounts, times and posts; the contents of every hour, so n_ob, N_b and the collision index;
//           no account gets an object twice. Lost: who chose what.
// `within`  The times of every object are exchanged among its sharers, each object by itself. Kept: who shared what;
//           the times of every object, so C_o and N_o. Lost: who was close to whom.
// `habit`   As `within`, but only among sharers in the same decile of the mean log(1 + delay in s) since publication,
//           over their events on objects whose publication is known; accounts without such an event are a stratum of
//           their own. `published_us` has one entry per object (k_unpublished = not known) or none; the other
//           permutations do not read it. Kept besides: nearly everybody's habit.
// `fastball` Objects are exchanged between accounts whatever their times, by trades of random pairs of accounts.
//           Kept: how many objects every account has and how many sharers every object has; the times and posts of
//           accounts. Lost: who chose what, and when an object was current. It is the check of D and of nothing that
//           reads times.
// In `within` and `habit` an event whose post carries several objects becomes a post of its own, because its objects
// get different times; the posts are numbered anew then.
class Permuter {
 public:
  // Prepares what all copies share; `events` must live as long as this. O(n log n).
  Permuter(const Events& events, Permutation permutation, std::span<const std::int64_t> published_us,
           std::uint64_t seed);

  // Copy number `run`; may be called from several threads. Errors: cancelled.
  Result<Events> copy(std::uint64_t run, const Control& control) const;

 private:
  struct Prepared;
  std::shared_ptr<const Prepared> prepared_;
};

// Copy number `run` of `seed`: the same for any number of threads and any other runs. Two
// shuffles of every hour, then a chain of swaps of twice the number of posts (bins); one shuffle per object (within,
// habit); 20 rounds in which every account trades once (fastball). O(n log n), about 120 bytes an event. Errors:
// cancelled.
Result<Events> permute(const Events& events, Permutation permutation, std::span<const std::int64_t> published_us,
                       std::uint64_t seed, std::uint64_t run, const Control& control);

// True when `a` and `b` are close on an object whose sharers are all close to each other (C_o = N_o). Exchanging times
// cannot part them there. O(events of both).
bool close_on_exclusive_object(const Events& events, std::uint32_t a, std::uint32_t b, std::uint64_t window_us);

}  // namespace unisono::network
