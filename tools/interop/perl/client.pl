#!/usr/bin/perl
# SPDX-FileCopyrightText: The Sendium Authors
# SPDX-License-Identifier: Apache-2.0
#
# A client by Net::SMPP: binds, submits COUNT messages that ask for a receipt, takes the receipts,
# asks for the link, unbinds. Prints a JSON line for each step.
#   client.pl PORT SYSTEM_ID PASSWORD MODE INTERFACE_VERSION COUNT
use strict;
use warnings;
use JSON::PP;
use Net::SMPP;

my ($port, $system_id, $password, $mode, $version, $count) = @ARGV;
my $json = JSON::PP->new->canonical;
$| = 1;
sub say_json { print $json->encode({@_}), "\n"; }

my $smpp = Net::SMPP->new_connect('127.0.0.1', port => $port, smpp_version => 0x34, async => 1)
  or die "cannot connect: $!";
my $bind = "bind_$mode";
$smpp->$bind(
  system_id => $system_id, password => $password, system_type => 'test',
  interface_version => hex $version,
) or die "cannot bind: $!";
my $bound = $smpp->read_pdu or die 'no answer to bind';
say_json(step => 'bound', status => $bound->{status} + 0, system_id => $bound->{system_id},
  version => $bound->{sc_interface_version} && unpack('H*', $bound->{sc_interface_version}));
exit 0 if $bound->{status};

if ($mode ne 'receiver') {
  for my $n (1 .. $count) {
    $smpp->submit_sm(
      source_addr_ton => 5, source_addr_npi => 0, source_addr => 'ACME',
      dest_addr_ton => 1, dest_addr_npi => 1, destination_addr => '44770090000' . ($n % 10),
      registered_delivery => 1, data_coding => 0, short_message => "Hello $n from Net::SMPP",
    ) or die "cannot submit: $!";
  }
}

my ($answers, $receipts) = (0, 0);
my $answers_due = $mode eq 'receiver' ? 0 : $count;
my $receipts_due = $mode eq 'transmitter' ? 0 : $count;
while ($answers < $answers_due || $receipts < $receipts_due) {
  my $pdu = $smpp->read_pdu or die 'the connection ended early';
  if ($pdu->{cmd} == 0x80000004) {
    $answers += 1;
    say_json(step => 'answered', status => $pdu->{status} + 0, id => $pdu->{message_id});
  } elsif ($pdu->{cmd} == 0x05) {
    $receipts += 1;
    say_json(step => 'receipt', esm_class => $pdu->{esm_class} + 0, source => $pdu->{source_addr},
      destination => $pdu->{destination_addr}, text => $pdu->{short_message},
      receipted_message_id => $pdu->{receipted_message_id},
      message_state => defined $pdu->{message_state} ? ord $pdu->{message_state} : undef);
    $smpp->deliver_sm_resp(seq => $pdu->{seq}, message_id => '');
  } elsif ($pdu->{cmd} == 0x15) {
    $smpp->enquire_link_resp(seq => $pdu->{seq});
  } else {
    die sprintf 'met command %08x', $pdu->{cmd};
  }
}

$smpp->enquire_link(async => 0) or die 'no answer to enquire_link';
say_json(step => 'alive');
$smpp->unbind(async => 0) or die 'no answer to unbind';
say_json(step => 'unbound');
