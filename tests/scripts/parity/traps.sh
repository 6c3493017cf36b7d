#=== an exit trap runs at the end
trap 'echo bye' EXIT
echo hi
#=== an exit trap runs on exit and keeps the status
trap 'echo bye' EXIT
exit 3
#=== an exit trap sees the status
trap 'echo "status $?"' EXIT
(exit 4)
#=== an exit in the trap decides
trap 'exit 9' EXIT
exit 3
#=== signal 0 is EXIT
trap 'echo zero' 0
#=== a trap can be reset
trap 'echo no' EXIT
trap - EXIT
echo hi
#=== a subshell has its own exit trap
(trap 'echo sub' EXIT; echo in)
echo out
#=== a trap does not go into a subshell
trap 'echo main' EXIT
(echo sub)
echo end
#=== a substitution's exit trap
x=$(trap 'echo t' EXIT; echo a)
echo "$x"
#=== a signal runs its trap and the script goes on
trap 'echo got' USR1
kill -USR1 $$
echo after
#=== the trap runs between commands
trap 'echo trap' USR1
echo a; kill -USR1 $$; echo b
#=== an ignored signal
trap '' TERM
kill -TERM $$
echo alive
#=== children of an ignoring shell ignore too
trap '' TERM
sh -c 'kill -TERM $$; echo child alive'
#=== a trap for TERM with an exit
trap 'echo term; exit 5' TERM
kill -TERM $$
echo no
#=== a trap sees the variables of now
x=1
trap 'echo $x' EXIT
x=2
#=== a trap calls a function
cleanup() { echo "clean $1"; }
trap 'cleanup up' EXIT
#=== a trap removes a temporary file
f=tmp.$$
echo x >$f
(trap 'rm -f $f' EXIT; cat $f)
[ -e $f ] || echo gone
#=== several signals at once
trap 'echo any' USR1 USR2
kill -USR1 $$; kill -USR2 $$
echo end
#=== a trap with quotes inside
trap 'echo "a  b" '\''c  d'\''' EXIT
#=== the status is unchanged by a trap
trap 'true' USR1
f() { kill -USR1 $$; return 7; }
f; echo $?
#=== an uncaught signal in a subshell of another shell
sh -c 'trap "echo t" EXIT; exit 2'; echo $?
