// The few continuous distributions that the tests of this folder need, without global state and with accurate tails.
#pragma once

namespace unisono::network {

// log Gamma(x), x > 0; std::lgamma writes a global variable. Relative error about 1e-15.
double log_gamma(double x);

// Regularised incomplete gamma functions of a > 0, x >= 0: P(a, x) = 1 - Q(a, x). Each is computed so that it is
// accurate where it is small. P(Poisson(x) >= a) = P(a, x); P(chi-square(d) > x) = Q(d / 2, x / 2).
double gamma_p(double a, double x);
double gamma_q(double a, double x);

// Regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1: P(Bin(n, x) >= k) = I_x(k, n - k + 1).
double beta_i(double a, double b, double x);

// P(Z > z) of the standard normal distribution, accurate in its tail.
double normal_tail(double z);

// The z with P(Z > z) = p, 0 < p < 1; relative error about 1e-14.
double normal_at_tail(double p);

}  // namespace unisono::network
