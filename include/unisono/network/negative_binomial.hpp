// Upper tail of a count that varies more than a Poisson count does.
#pragma once

#include <cstdint>

namespace unisono::network {

// P(X >= x) of the negative binomial with mean `mean` and variance mean + phi mean^2; phi = 0 is Poisson. Only positive
// terms are added, outward from the largest one, so no digits are lost however small the tail is. Between k_least_tail
// (poisson_binomial.hpp) and 1. mean > 0 and phi >= 0, both finite. O(x + (1 + phi) mean).
double negative_binomial_tail(double mean, double phi, std::uint64_t x);

}  // namespace unisono::network
