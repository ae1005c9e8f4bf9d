package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"

	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
)

func dialer(webSocket bool, target *url.URL) (httpstream.Dialer, error) {
	config := &rest.Config{Host: target.Host}
	if webSocket {
		return portforward.NewSPDYOverWebsocketDialer(target, config)
	}
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return nil, err
	}
	return spdy.NewDialer(upgrader, &http.Client{Transport: transport}, "POST", target), nil
}

// forward listens until `in` ends.
func forward(webSocket bool, port int, address string, in io.Reader, out, errors io.Writer) error {
	target, err := url.Parse(address)
	if err != nil {
		return err
	}
	dial, err := dialer(webSocket, target)
	if err != nil {
		return err
	}
	stop := make(chan struct{})
	ready := make(chan struct{})
	ports := []string{fmt.Sprintf("0:%d", port)}
	forwarder, err := portforward.NewOnAddresses(dial, []string{"127.0.0.1"}, ports, stop, ready, io.Discard, errors)
	if err != nil {
		return err
	}
	go func() {
		<-ready
		local, err := forwarder.GetPorts()
		if err == nil {
			fmt.Fprintf(out, "listening %d\n", local[0].Local)
		}
		_, _ = io.Copy(io.Discard, in)
		close(stop)
	}()
	return forwarder.ForwardPorts()
}
