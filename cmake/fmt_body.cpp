// The body of fmt, compiled once: Debian has no archive of it, and header-only it would be compiled
// again in every file that formats a text. Listed are the templates that fmt's headers declare
// without a body and that a program which formats to char uses.
#include <fmt/format-inl.h>

namespace fmt::detail {

template thousands_sep_result<char> thousands_sep_impl<char>(locale_ref);
template char decimal_point_impl<char>(locale_ref);
template dragonbox::decimal_fp<float> dragonbox::to_decimal<float>(float) noexcept;
template dragonbox::decimal_fp<double> dragonbox::to_decimal<double>(double) noexcept;
template void vformat_to<char>(buffer<char>&, string_view, basic_format_args<buffer_context<char>>,
                               locale_ref);

}  // namespace fmt::detail
