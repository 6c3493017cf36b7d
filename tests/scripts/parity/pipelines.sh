#=== two and three stages
echo hello | cat
printf 'c\na\nb\n' | sort | tail -1
#=== the status is that of the last stage
true | false; echo $?
true | true; echo $?
echo x | (exit 6); echo $?
#=== negating a pipeline
! true | false; echo $?
! true | true; echo $?
#=== builtins at both ends
echo a | { read -r x; echo "got $x"; }
#=== groups and loops as stages
{ echo 2; echo 1; } | sort | while read -r x; do echo "n$x"; done
#=== a stage's variables are its own
x=1
{ x=2; echo $x; } | cat
echo $x
#=== a pipeline with newlines behind the bars
echo a |
  tr a b |

  cat
#=== head ends an endless writer
yes | head -n 3
while :; do echo y; done 2>/dev/null | head -n 2
#=== counting
printf '%s\n' a b c | wc -l | tr -d ' '
#=== a pipe into a function
f() { while read -r l; do echo "<$l>"; done; }
printf 'a\nb\n' | f
#=== long pipelines
echo 1 | cat | cat | cat | cat | cat | cat | cat | cat | cat
#=== big data through a pipe
i=0
while [ $i -lt 2000 ]; do echo "line $i of the text that goes through"; i=$((i+1)); done | wc -c | tr -d ' '
#=== input of a pipeline's first stage
echo text >f
cat <f | tr t T
tr t T <f | cat
#=== a subshell as a stage
(echo a; echo b) | (read -r x; read -r y; echo $y $x)
#=== a pipeline as a condition
if echo abc | grep -q b; then echo found; fi
echo abc | grep -q x || echo missing
#=== pipes in a substitution
n=$(printf 'x\ny\n' | wc -l)
echo $((n))
#=== a pipeline in the background
echo bg | cat >f &
wait
cat f
#=== waiting for a job gives its status
(exit 5) & wait $!; echo $?
true & wait $!; echo $?
#=== several jobs
(echo a >f1) & p1=$!
(echo b >f2; exit 3) & p2=$!
wait $p1; echo $?
wait $p2; echo $?
cat f1 f2
#=== wait without arguments is 0
false & wait; echo $?
#=== a job has its own variables
x=1; { x=2; echo $x >f; } & wait; echo $x; cat f
#=== a job's input is empty
cat & wait
echo done
#=== kill by process id
sleep 60 & kill $!; wait $! 2>/dev/null; echo $?
#=== a signal's status
sh -c 'kill -TERM $$' 2>/dev/null; echo $?
(sh -c 'kill -KILL $$') 2>/dev/null; echo $?
