#=== the four operations and the remainder
echo $((1+2)) $((5-7)) $((3*4)) $((7/2)) $((7%3)) $((-7/2)) $((-7%3))
#=== precedence and parentheses
echo $((2+3*4)) $(((2+3)*4)) $((10-4-3)) $((100/5/2)) $((2*3%4))
#=== comparisons give 1 and 0
echo $((1<2)) $((2<=2)) $((3>4)) $((4>=5)) $((1==1)) $((1!=1))
#=== logic is short
x=0
echo $((1&&0)) $((1||0)) $((!5)) $((!0)) $((0&&(x=1))) $((1||(x=1))) $x
#=== bits
echo $((6&3)) $((6|3)) $((6^3)) $((~5)) $((1<<10)) $((1024>>3)) $((-8>>1))
#=== the conditional operator
echo $((1?10:20)) $((0?10:20)) $((0?1:0?2:3))
#=== unary signs
echo $((-3)) $((+3)) $((- -3)) $((-(-3))) $((2- -2))
#=== hexadecimal and octal constants
echo $((0xff)) $((0XFF)) $((010)) $((0))
#=== variables with and without a dollar
x=5 y=3
echo $((x+y)) $(($x+$y)) $((x*$y))
#=== text of a variable is read as a number
x=0x10 y=010 z=' 7 '
echo $((x)) $((y)) $((z+1))
#=== assignment operators
x=10
echo $((x=5)) $((x+=3)) $((x-=1)) $((x*=4)) $((x/=3)) $((x%=5)) $((x<<=3)) $((x>>=1)) $((x|=3)) $((x&=6)) $((x^=5)) $x
#=== a counting loop
i=0
while [ $i -lt 5 ]; do i=$((i+1)); printf '%s ' $i; done
#=== blanks and newlines inside
echo $((  1   +
  2 ))
#=== nested arithmetic and substitutions
echo $((1 + $(echo 2) + $((3 + 4)))) $(( $(echo 3)$(echo 4) ))
#=== parameters inside
set -- 4 5
echo $(($1+$2)) $(($#*10)) $((${1}*${2}))
#=== expansions with operators inside
unset n
x=abc
echo $((${n:-3}+${#x}))
#=== large numbers
echo $((9223372036854775807)) $((-9223372036854775807-1))
echo $((1000000007*1000000007))
#=== arithmetic in words and assignments
a=$((2*3))b
echo $a x$((1))y "$((1+1)) $((2+2))"
#=== fibonacci
a=0 b=1 i=0
while [ "$i" -lt 30 ]; do c=$((a+b)) a=$b b=$c i=$((i+1)); done
echo $a
#=== factorial by a recursive function
fact() { if [ "$1" -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(($1 - 1))) )); fi; }
fact 15
#=== greatest common divisor
gcd() { a=$1 b=$2; while [ "$b" -ne 0 ]; do t=$((a%b)) a=$b b=$t; done; echo $a; }
gcd 1071 462
#=== primes below fifty
n=2
while [ $n -lt 50 ]; do
  i=2 p=1
  while [ $((i*i)) -le $n ]; do
    if [ $((n%i)) -eq 0 ]; then p=0; break; fi
    i=$((i+1))
  done
  [ $p -eq 1 ] && printf '%s ' $n
  n=$((n+1))
done
