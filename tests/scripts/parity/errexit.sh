#=== a failing command ends the script
set -e
echo a
false
echo b
#=== the status is that of the command
set -e
(exit 7)
echo no
#=== a condition does not end it
set -e
if false; then :; fi
while false; do :; done
until true; do :; done
echo ok
#=== and-or lists: only the last member counts
set -e
false && true
false || true
true && true
echo ok
#=== a failing last member ends it
set -e
true && false
echo no
#=== a failing first member of an and list does not, whatever the list's status
set -e
f() { false && true; }
f || :
false && true
echo ok
#=== a function whose last command is such a list
set -e
f() { false && true; }
f
echo no
#=== negation
set -e
! true
! false
echo ok
#=== a function called plainly
set -e
f() { false; echo no; }
f
echo no
#=== a function called in a condition ignores it within
set -e
f() { false; echo yes; }
if f; then echo then; fi
f && echo and
f || echo or
! f
echo end
#=== a group in a condition
set -e
if { false; true; }; then echo a; fi
{ false; echo b; } || echo c
#=== a subshell fails as a whole
set -e
(false; echo no)
echo no
#=== a subshell in a condition
set -e
(false; echo b) || echo c
if (false; true); then echo d; fi
echo e
#=== an assignment with a failing substitution
set -e
x=$(false)
echo no
#=== an assignment with a failing substitution in a condition
set -e
x=$(false) || echo a
if x=$(false); then :; else echo b; fi
echo c
#=== a substitution among arguments does not count
set -e
echo "[$(false)]"
echo ok
#=== within a substitution it acts too
set -e
x=$(false; echo yes) || true
y=$(set -e; echo a; true)
echo "$y"
#=== a pipeline's last stage counts
set -e
true | false
echo no
#=== a pipeline whose stages succeed
set -e
echo a | cat
echo ok
#=== a loop body
set -e
for i in 1 2; do echo $i; false; done
echo no
#=== a case branch
set -e
case a in a) false;; esac
echo no
#=== a brace group
set -e
{ echo a; false; }
echo no
#=== return with a failure
set -e
f() { return 3; }
f
echo no
#=== return with a failure, caught
set -e
f() { return 3; }
f || echo $?
#=== switched off in between
set -e
set +e
false
echo a
set -e
false
echo no
#=== an unknown command ends it
set -e
no-such-command-here 2>/dev/null
echo no
#=== an exit trap runs
set -e
trap 'echo bye' EXIT
false
echo no
#=== a nested function
set -e
f() { g; echo no; }
g() { false; }
f
#=== a loop's condition that fails in the middle
set -e
i=0
while [ $i -lt 2 ]; do i=$((i+1)); done
echo $i
#=== the test command as the last of a function
set -e
f() { [ 1 = 2 ]; }
f || echo handled
f
echo no
#=== a failing command before a succeeding one in a condition list
set -e
if false; true; then echo yes; fi
#=== a background job's failure does not end it
set -e
false &
wait
echo ok
#=== waiting for a failed job does
set -e
false & p=$!
wait $p
echo no
#=== an explicit subshell with its own setting
set +e
(set -e; false; echo no); echo $?
echo yes
