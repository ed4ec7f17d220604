#!/usr/bin/perl
# SPDX-FileCopyrightText: The Sendium Authors
# SPDX-License-Identifier: Apache-2.0
#
# A carrier by Net::SMPP: takes binds, answers submits, delivers a receipt for each. Prints the port it
# listens on, then a JSON line for each submit; ends with the last connection.
use strict;
use warnings;
use JSON::PP;
use Net::SMPP;

my $json = JSON::PP->new->canonical;
$| = 1;
my $listener = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => 0x34)
  or die "cannot listen: $!";
print $json->encode({ port => $listener->sockport }), "\n";

my $smpp = $listener->accept or die "cannot accept: $!";
$smpp->set_version(0x34);
my $id = 0;
while (my $pdu = $smpp->read_pdu) {
  my $cmd = $pdu->{cmd};
  my $seq = $pdu->{seq};
  if ($cmd == 0x01) { $smpp->bind_receiver_resp(seq => $seq, system_id => 'perl') }
  elsif ($cmd == 0x02) { $smpp->bind_transmitter_resp(seq => $seq, system_id => 'perl') }
  elsif ($cmd == 0x09) { $smpp->bind_transceiver_resp(seq => $seq, system_id => 'perl') }
  elsif ($cmd == 0x15) { $smpp->enquire_link_resp(seq => $seq) }
  elsif ($cmd == 0x04) {
    $id += 1;
    print $json->encode({ to => $pdu->{destination_addr}, text => $pdu->{short_message} }), "\n";
    $smpp->submit_sm_resp(seq => $seq, message_id => sprintf '%010d', $id);
    $smpp->deliver_sm(
      async => 1, esm_class => 4,
      source_addr => $pdu->{destination_addr}, destination_addr => $pdu->{source_addr},
      short_message => sprintf('id:%010d sub:001 dlvrd:001 submit date:2601020304'
        . ' done date:2601020305 stat:DELIVRD err:000 text:', $id),
    );
  }
  elsif ($cmd == 0x06) { $smpp->unbind_resp(seq => $seq); last }
}
