// Command berth-stream-client opens the URLs that a container runtime answers to Exec, Attach and PortForward, with
// Kubernetes' own client library: what kubectl speaks, against which Berth's streams are tested.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"k8s.io/client-go/util/exec"
)

const usage = `usage:
  berth-stream-client command [-websocket] [-stdin] [-stdout] [-stderr] [-tty] [-size COLUMNSxROWS] URL
      carries this process's streams; ends with the command's exit code, or with 255 and a message
  berth-stream-client many [-websocket] [-parallel N] [-vanish DURATION]
      opens each URL of the lines of standard input, with standard output only; one line of result each
  berth-stream-client forward [-websocket] -port PORT URL
      forwards a free port of this machine, printed as "listening PORT", until standard input ends`

func main() {
	if len(os.Args) < 2 {
		fail(errors.New(usage))
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	session := session{}
	flags.BoolVar(&session.webSocket, "websocket", false, "WebSocket in place of SPDY")
	var err error
	switch os.Args[1] {
	case "command":
		flags.BoolVar(&session.stdin, "stdin", false, "carry standard input")
		flags.BoolVar(&session.stdout, "stdout", false, "carry standard output")
		flags.BoolVar(&session.stderr, "stderr", false, "carry standard error")
		flags.BoolVar(&session.tty, "tty", false, "they are a terminal's")
		flags.StringVar(&session.size, "size", "", "the terminal's size")
		_ = flags.Parse(os.Args[2:])
		err = session.run(context.Background(), flags.Arg(0), os.Stdin, os.Stdout, os.Stderr)
	case "many":
		parallel := flags.Int("parallel", 8, "sessions at a time")
		vanish := flags.Duration("vanish", 0, "break each off after this long")
		_ = flags.Parse(os.Args[2:])
		session.stdout = true
		err = many(session, *parallel, *vanish, os.Stdin, os.Stdout)
	case "forward":
		port := flags.Int("port", 0, "the pod's port")
		_ = flags.Parse(os.Args[2:])
		err = forward(session.webSocket, *port, flags.Arg(0), os.Stdin, os.Stdout, os.Stderr)
	default:
		err = errors.New(usage)
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	var exit exec.CodeExitError
	if errors.As(err, &exit) {
		os.Exit(exit.Code)
	}
	fmt.Fprintln(os.Stderr, err)
	// What was written to a pipe is read before the end is seen.
	time.Sleep(10 * time.Millisecond)
	os.Exit(255)
}
