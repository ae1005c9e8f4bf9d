package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/util/exec"
)

// session says how a command's streams are carried.
type session struct {
	webSocket                  bool
	stdin, stdout, stderr, tty bool
	size                       string
}

func (s session) executor(address string) (remotecommand.Executor, error) {
	target, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	config := &rest.Config{Host: target.Host}
	if s.webSocket {
		return remotecommand.NewWebSocketExecutor(config, "GET", address)
	}
	return remotecommand.NewSPDYExecutor(config, "POST", target)
}

func (s session) run(ctx context.Context, address string, in io.Reader, out, errors io.Writer) error {
	executor, err := s.executor(address)
	if err != nil {
		return err
	}
	options := remotecommand.StreamOptions{Tty: s.tty}
	if s.stdin {
		options.Stdin = in
	}
	if s.stdout {
		options.Stdout = out
	}
	if s.stderr {
		options.Stderr = errors
	}
	if s.size != "" {
		options.TerminalSizeQueue, err = newSizes(s.size)
		if err != nil {
			return err
		}
	}
	return executor.StreamWithContext(ctx, options)
}

// sizes is a queue with one size in it.
type sizes struct {
	size *remotecommand.TerminalSize
}

func newSizes(text string) (*sizes, error) {
	size := &remotecommand.TerminalSize{}
	if _, err := fmt.Sscanf(text, "%dx%d", &size.Width, &size.Height); err != nil {
		return nil, fmt.Errorf("size %q: %w", text, err)
	}
	return &sizes{size}, nil
}

func (s *sizes) Next() *remotecommand.TerminalSize {
	next := s.size
	s.size = nil
	return next
}

// many opens one session for each line, and says how each ended: "exit CODE BYTES" or "error TEXT".
func many(s session, parallel int, vanish time.Duration, in io.Reader, out io.Writer) error {
	addresses := make(chan string)
	var lock sync.Mutex
	var workers sync.WaitGroup
	for range parallel {
		workers.Go(func() {
			for address := range addresses {
				line := s.result(address, vanish)
				lock.Lock()
				fmt.Fprintln(out, line)
				lock.Unlock()
			}
		})
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		addresses <- lines.Text()
	}
	close(addresses)
	workers.Wait()
	return lines.Err()
}

func (s session) result(address string, vanish time.Duration) string {
	ctx := context.Background()
	if vanish > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, vanish)
		defer cancel()
	}
	var count counter
	err := s.run(ctx, address, nil, &count, nil)
	var exit exec.CodeExitError
	switch {
	case err == nil:
		return fmt.Sprintf("exit 0 %d", count)
	case errors.As(err, &exit):
		return fmt.Sprintf("exit %d %d", exit.Code, count)
	default:
		return fmt.Sprintf("error %q", err.Error())
	}
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(data []byte) (int, error) {
	*c += counter(len(data))
	return len(data), nil
}
