#=== a function and its arguments
f() { echo "$# $1 $2"; }
f a 'b c'
#=== the parameters come back after a call
f() { set -- x y; echo $1; }
set -- a b c
f; echo $1 $#
#=== return gives the status
f() { return 3; echo no; }
f; echo $?
g() { false; return; }
g; echo $?
#=== the status is that of the last command
f() { true; false; }
f; echo $?
g() { :; }
g; echo $?
#=== return leaves from inside loops and conditions
f() { for i in 1 2 3; do while :; do if [ $i = 2 ]; then return $i; fi; break; done; echo $i; done; }
f; echo $?
#=== variables are global unless they are local
f() { a=1; local b; b=2; echo $a $b; }
b=out
f; echo $a $b
#=== a local with a value
x=out
f() { local x=in; echo $x; g; }
g() { echo $x; }
f; echo $x
#=== locals come back after each recursion
f() { local n=$1; [ $n -eq 0 ] && return; f $((n-1)); echo $n; }
f 4
#=== a function may be defined anew
f() { echo old; }
f
f() { echo new; }
f
#=== a function defines another one
f() { g() { echo inner; }; }
f; g
#=== functions in pipelines
up() { tr a-z A-Z; }
gen() { echo a; echo b; }
gen | up | cat
#=== a function with redirections of its own
f() { echo out; echo err >&2; } 2>&1
f | sort
#=== a function's input and output can be redirected
f() { read -r x; echo "got $x"; }
echo hi >in
f <in >out
cat out
#=== the body may be any compound command
f() ( x=2; exit 3 )
x=1; f; echo $? $x
g() if true; then echo if; fi
g
h() for i in 1 2; do echo $i; done
h
#=== a function in a substitution
f() { echo "<$1>"; }
x=$(f a)$(f b)
echo $x
#=== unset removes a function
f() { echo f; }
unset -f f
f 2>/dev/null; echo $?
#=== a function hides a program
ls() { echo mine; }
ls
command ls -d /
#=== recursion with output
hanoi() { [ $1 -eq 0 ] && return; hanoi $(($1-1)) $2 $4 $3; echo "$2>$3"; hanoi $(($1-1)) $4 $3 $2; }
hanoi 3 a c b
#=== a variable before a call is seen inside
f() { echo "$v"; }
v=1
v=2 f
#=== the status of a function decides
even() { [ $(($1 % 2)) -eq 0 ]; }
for i in 1 2 3 4; do if even $i; then echo $i; fi; done
even 3 || echo odd
#=== functions with a newline before the body
f()
{
  echo here
}
f
#=== an argument that looks like an option
f() { for a in "$@"; do printf '<%s>' "$a"; done; }
f -n -- -e '' '*'
#=== default arguments
greet() { echo "Hello, ${1:-world}${2:+ and $2}"; }
greet; greet you; greet you me
#=== shift through all arguments
f() { while [ $# -gt 0 ]; do printf '%s ' "$1"; shift; done; echo; }
f a b 'c d'
#=== a mutual recursion
is_even() { [ $1 -eq 0 ] && return 0; is_odd $(($1-1)); }
is_odd() { [ $1 -eq 0 ] && return 1; is_even $(($1-1)); }
is_even 10 && echo even; is_even 7 || echo odd
